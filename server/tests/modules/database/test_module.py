"""The module on an outside database, and every way in which there is none."""

import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest
import pytest_asyncio

from nexy.config.database_section import DatabaseConfig, DatabaseSection
from nexy.contracts.database import SERVICE, DescribeDatabase
from nexy.contracts.errors import ConfigurationInvalid, StartFailed
from nexy.contracts.module import ModuleState
from nexy.modules.database.connecting import refuse_old
from nexy.modules.database.module import DatabaseModule
from support.peers import FakePeers
from support.postgres import TestServer, new_database
from support.rest_door import as_owner

pytestmark = pytest.mark.slow
QUICK = DatabaseConfig(connect_timeout_seconds=1)


def section(url: str, config: DatabaseConfig = QUICK) -> DatabaseSection:
    return DatabaseSection(home="", url=url, config=config)


async def refusal(url: str, config: DatabaseConfig = QUICK) -> str:
    """The one line with which the module does not start."""
    module = DatabaseModule()
    with pytest.raises(StartFailed) as refused:
        await module.initialize(section(url, config), FakePeers())
    assert module.status().state is ModuleState.STOPPED
    await module.cleanup()
    assert "\n" not in refused.value.message
    return refused.value.message


def url_of(postgres: TestServer, name: str, user: str, password: str) -> str:
    return f"postgresql://{user}:{quote(password)}@/{name}?host={postgres.owner.host}"


async def test_it_tells_what_it_is_connected_to(database: DatabaseModule) -> None:
    """Version, address without a password, schema version and pgvector."""
    facts = await database.process(DescribeDatabase())
    assert facts.version.startswith("18.")
    assert facts.address.startswith("nexy_app@/")
    assert (facts.embedded, facts.vectors, facts.schema_version >= 4) == (False, True, True)
    assert database.status().state is ModuleState.RUNNING


async def test_a_wrong_password_is_one_line_without_it(postgres: TestServer) -> None:
    """The variable, the user and the database are named."""
    message = await refusal(url_of(postgres, "nexy", "nexy_owner", "canary"))
    assert message.startswith("DATABASE_URL: nexy_owner@")
    assert "refuses this user or password" in message
    assert "canary" not in message


async def test_a_database_that_does_not_exist_is_named(postgres: TestServer) -> None:
    """What to do about it is said."""
    message = await refusal(url_of(postgres, "moon", "nexy_owner", postgres.owner.password))
    assert "/moon: there is no such database; create it" in message


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


async def test_a_server_that_is_silent_or_away_is_told_in_time(silent_port: int, tmp_path: Path) -> None:
    """Within the configured second, with the address."""
    assert f"127.0.0.1:{silent_port}/d: no answer in time" in await refusal(
        f"postgresql://a:b@127.0.0.1:{silent_port}/d"
    )
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert f"127.0.0.1:{port}/d: cannot be reached" in await refusal(f"postgresql://a:b@127.0.0.1:{port}/d")
    assert "cannot be reached" in await refusal(f"postgresql://a:b@/d?host={tmp_path}")
    assert "cannot be reached" in await refusal("postgresql://a:b@no.such.host.invalid/d")


async def test_a_malformed_url_is_a_wrong_configuration() -> None:
    """It ends the start of the server; nothing degrades over a typing mistake."""
    with pytest.raises(ConfigurationInvalid, match="DATABASE_URL"):
        await DatabaseModule().initialize(section("postgresql://"), FakePeers())


def test_an_old_version_is_refused() -> None:
    """PostgreSQL 15 is the oldest."""
    refuse_old((15,), "DATABASE_URL")
    with pytest.raises(StartFailed, match="DATABASE_URL: PostgreSQL 14 is too old; Nexy needs 15 or newer"):
        refuse_old((14,), "DATABASE_URL")


@pytest_asyncio.fixture
async def administrator(postgres: TestServer) -> AsyncIterator[Any]:
    """The superuser of the session's server, and a login `weak` that goes with the test."""
    connection = await asyncpg.connect(**postgres.login(postgres.server.administrator, "postgres"))
    await connection.execute("CREATE ROLE weak LOGIN PASSWORD 'weak'")
    try:
        yield connection
    finally:
        await connection.execute("DROP ROLE weak")
        await connection.close()


async def test_missing_rights_are_named(postgres: TestServer, administrator: Any) -> None:
    """A login that may not make tables, and one that may but cannot let the app in: each right by its name."""
    async with new_database(postgres, empty=True) as name:
        message = await refusal(url_of(postgres, name, "weak", "weak"))
        assert "the login weak lacks the right CREATE on the schema public" in message
        await administrator.execute(f"ALTER DATABASE {name} OWNER TO weak")
        message = await refusal(url_of(postgres, name, "weak", "weak"))
        assert "CREATEROLE" in message
        await administrator.execute(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
        await administrator.execute(f"ALTER DATABASE {name} OWNER TO nexy_owner")
        message = await refusal(url_of(postgres, name, "weak", "weak"))
        assert "no right to enter this database (CONNECT)" in message


async def test_a_database_of_supabase_is_refused_and_left_as_it_is(postgres: TestServer) -> None:
    """In one line, before anything is made: its functions answer from other claims, and other programs need them."""
    async with new_database(postgres, empty=True) as name:
        theirs = "SELECT nullif(current_setting('request.jwt.claim.{}', true), '')::{}"
        await as_owner(
            postgres, name, "CREATE SCHEMA auth",
            f"CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $${theirs.format('sub', 'uuid')}$$",
            f"CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $${theirs.format('role', 'text')}$$",
        )  # fmt: skip
        message = await refusal(postgres.url(name))
        assert "the schema auth of a Supabase project" in message
        assert "CREATE DATABASE nexy" in message
        await as_owner(postgres, name, "CREATE TABLE users ()", "DROP FUNCTION auth.role()")
        assert "Supabase" in await refusal(postgres.url(name))


async def test_an_outside_database_is_set_up_from_nothing(postgres: TestServer) -> None:
    """With DATABASE_URL alone an empty database gets its schema, and the app its own derived login; twice."""
    async with new_database(postgres, empty=True) as name:
        try:
            for _ in range(2):
                module = DatabaseModule()
                await module.initialize(section(postgres.url(name)), FakePeers())
                async with module.transaction(SERVICE) as transaction:
                    rows = await transaction.fetch("SELECT current_user::text AS role")
                facts = await module.process(DescribeDatabase())
                await module.cleanup()
                assert (rows[0]["role"], facts.vectors) == ("nexy_app", False)
        finally:
            await _restore_app_password(postgres)


async def _restore_app_password(postgres: TestServer) -> None:
    """The app's login is the whole server's: the other tests know its first password."""
    owner = await asyncpg.connect(**postgres.login(postgres.owner, "nexy"))
    await owner.execute(f"ALTER ROLE nexy_app PASSWORD '{postgres.app.password}'")
    await owner.close()


async def test_a_wrong_app_url_is_told_with_its_own_variable(postgres: TestServer) -> None:
    """DATABASE_APP_URL, not DATABASE_URL, is what the operator has to mend."""
    async with new_database(postgres) as name:
        config = DatabaseConfig(app_url=url_of(postgres, name, "nexy_app", "canary"))
        message = await refusal(postgres.url(name), config)
    assert message.startswith("DATABASE_APP_URL: nexy_app@")
    assert "canary" not in message


async def test_a_database_of_a_newer_nexy_is_refused(postgres: TestServer) -> None:
    """One line that says what to do; nothing is changed."""
    async with new_database(postgres) as name:
        owner = await asyncpg.connect(**postgres.login(postgres.owner, name))
        await owner.execute("INSERT INTO schema_migrations (version, name, checksum) VALUES (9999, 'future', '')")
        await owner.close()
        module = DatabaseModule()
        with pytest.raises(StartFailed, match=r"schema is newer \(9999 future\) than Nexy; update Nexy"):
            await module.initialize(postgres.section(name), FakePeers())
        await module.cleanup()
