"""The demo account on a real PostgreSQL: whole after a start that wants it, and nobody's after one that does not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from nexy.config.access_section import AccessSection
from nexy.contracts.access import VerifyToken
from nexy.contracts.accounts import ChangeAccount, DisableAccount, ListAccounts, SignedIn, SignIn, SignUp
from nexy.contracts.database import SERVICE, Claims, Row
from nexy.contracts.demo import DEMO_EMAIL, DEMO_PART, DEMO_PASSWORD, Demo, KeepDemo
from nexy.contracts.errors import Unauthenticated, ValidationFailed
from nexy.modules.access.module import AccessModule
from nexy.modules.database.module import DatabaseModule
from support.access import CONFIG
from support.clock import FakeClock
from support.peers import FakePeers

pytestmark = pytest.mark.slow
COUNTS = "SELECT (SELECT count(*) FROM projects) AS projects, (SELECT count(*) FROM code_snippets) AS snippets"


@asynccontextmanager
async def started(home: Path, database: DatabaseModule | None, *, demo: bool) -> AsyncIterator[AccessModule]:
    """The module as a server starts it, stopped after the block."""
    module, parts = AccessModule(), {"clock": FakeClock(), **({"database": database} if database else {})}
    await module.initialize(AccessSection(home=str(home), config=CONFIG, demo=demo), FakePeers(**parts))
    try:
        await module.process(KeepDemo())
        yield module
    finally:
        await module.cleanup()


async def let_in(module: AccessModule) -> SignedIn:
    return await module.process(SignIn(email=DEMO_EMAIL, password=DEMO_PASSWORD))


async def rows(database: DatabaseModule, claims: Claims = SERVICE) -> Row:
    async with database.transaction(claims) as transaction:
        return (await transaction.fetch(COUNTS))[0]


def told(module: AccessModule) -> str:
    return module.status().parts[DEMO_PART]


async def test_it_can_sign_in_and_has_rows(database: DatabaseModule, tmp_path: Path) -> None:
    """Two projects with snippets, which are its own."""
    async with started(tmp_path, database, demo=True) as module:
        caller = await module.process(VerifyToken(token=(await let_in(module)).access_token))
        assert told(module) == Demo.ON
    own = await rows(database, Claims(user_id=caller.user_id, role="authenticated"))
    assert dict(own) == {"projects": 2, "snippets": 3}


async def test_a_second_start_makes_nothing_twice(database: DatabaseModule, tmp_path: Path) -> None:
    """One account with the same rows, and the session of before goes on."""
    async with started(tmp_path, database, demo=True) as module:
        token = (await let_in(module)).access_token
    async with started(tmp_path, database, demo=True) as module:
        await module.process(VerifyToken(token=token))
        assert [account.email for account in await module.process(ListAccounts())] == [DEMO_EMAIL]
    assert dict(await rows(database)) == {"projects": 2, "snippets": 3}


@pytest.mark.parametrize("change", [{"password": "another password"}, {"email": "mine@example.com"}])
async def test_what_somebody_changed_is_restored(
    database: DatabaseModule, tmp_path: Path, change: dict[str, str]
) -> None:
    """Whoever signs in can change it, until the next start."""
    async with started(tmp_path, database, demo=True) as module:
        caller = await module.process(VerifyToken(token=(await let_in(module)).access_token))
        await module.process(ChangeAccount(caller=caller, **change))  # type: ignore[arg-type]
        with pytest.raises(ValidationFailed):
            await let_in(module)
    async with started(tmp_path, database, demo=True) as module:
        await let_in(module)


async def test_without_the_flag_nobody_comes_in_by_it(database: DatabaseModule, tmp_path: Path) -> None:
    """It is disabled, its sessions have ended, and whoever signs in with a new address is left alone."""
    async with started(tmp_path, database, demo=True) as module:
        session = await let_in(module)
        await module.process(SignUp(email="ann@example.com", password="a long password"))
    async with started(tmp_path, database, demo=False) as module:
        assert told(module) == Demo.OFF
        with pytest.raises(ValidationFailed):
            await let_in(module)
        with pytest.raises(Unauthenticated):
            await module.process(VerifyToken(token=session.access_token))
        await module.process(SignIn(email="ann@example.com", password="a long password"))
    async with started(tmp_path, database, demo=True) as module:
        await let_in(module)


async def test_another_server_on_the_same_database_opens_nothing_here(database: DatabaseModule, tmp_path: Path) -> None:
    """A demonstration that starts beside a server without the flag: its tokens are refused there, then everywhere."""
    async with started(tmp_path, database, demo=False) as earnest, started(tmp_path, database, demo=True) as shown:
        token = (await let_in(shown)).access_token
        await shown.process(VerifyToken(token=token))
        with pytest.raises(Unauthenticated):
            await earnest.process(VerifyToken(token=token))
        await earnest._directory.try_to_look()
        for module in (earnest, shown):
            with pytest.raises(ValidationFailed):
                await let_in(module)


async def test_a_command_leaves_it_alone(database: DatabaseModule, tmp_path: Path) -> None:
    """`nexy users list` beside a demonstration, without NEXY_DEMO in its environment, disables nothing."""
    async with started(tmp_path, database, demo=True) as module:
        beside = AccessModule()
        section = AccessSection(home=str(tmp_path), config=CONFIG)
        await beside.initialize(section, FakePeers(clock=FakeClock(), database=database))
        assert not (await beside.process(ListAccounts()))[0].disabled
        await beside.cleanup()
        await let_in(module)


@pytest.mark.parametrize("demo", [True, False])
async def test_a_person_with_that_address_keeps_her_account(
    database: DatabaseModule, tmp_path: Path, demo: bool
) -> None:
    """No start takes it over, changes its password or disables it."""
    async with started(tmp_path, database, demo=False) as module:
        await module.process(SignUp(email=DEMO_EMAIL, password="a password of hers"))
    async with started(tmp_path, database, demo=demo) as module:
        assert told(module) == (Demo.TAKEN if demo else Demo.OFF)
        await module.process(SignIn(email=DEMO_EMAIL, password="a password of hers"))
        with pytest.raises(ValidationFailed):
            await let_in(module)


async def test_an_operator_may_disable_it_meanwhile(database: DatabaseModule, tmp_path: Path) -> None:
    """Until the next start that wants it."""
    async with started(tmp_path, database, demo=True) as module:
        await module.process(DisableAccount(email=DEMO_EMAIL))
        with pytest.raises(ValidationFailed):
            await let_in(module)


async def test_without_a_database_it_waits(tmp_path: Path) -> None:
    """The start goes on, and says so."""
    async with started(tmp_path, None, demo=True) as module:
        assert told(module) == Demo.WAITING
