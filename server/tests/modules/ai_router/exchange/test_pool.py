"""The shared connections."""

from nexy.config.ai_router_section import WordsConfig
from nexy.modules.ai_router.exchange.pool import ConnectionPool


async def test_one_session_serves_all() -> None:
    """The session is made on first use and then kept."""
    pool = ConnectionPool(WordsConfig())
    session = pool.session()
    assert pool.session() is session
    await pool.close()
    assert session.closed


async def test_a_closed_pool_can_be_used_again() -> None:
    """After closing, a new session is made where one is asked for."""
    pool = ConnectionPool(WordsConfig())
    first = pool.session()
    await pool.close()
    second = pool.session()
    assert second is not first
    assert not second.closed
    await pool.close()


async def test_cookies_and_proxies_of_the_machine_stay_out() -> None:
    """Nothing of one turn reaches another through the session."""
    pool = ConnectionPool(WordsConfig())
    session = pool.session()
    assert not session.trust_env
    session.cookie_jar.update_cookies({"a": "b"})
    assert len(session.cookie_jar) == 0
    await pool.close()
