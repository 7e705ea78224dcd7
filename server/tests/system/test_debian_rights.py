"""Each right that is missing, and each login that cannot be, is one line with its name."""

import re
from uuid import uuid4

import pytest

from nexy.config.database_section import DatabaseConfig, DatabaseSection
from nexy.contracts.access import Role
from nexy.contracts.database import SERVICE, Claims, DescribeDatabase
from nexy.contracts.errors import PermissionDenied, StartFailed
from nexy.modules.database.module import DatabaseModule
from nexy.modules.database.opening import OpenDatabase
from nexy.modules.database.protecting import harden, proofs
from support.debian_postgres import Outside
from support.peers import FakePeers

pytestmark = pytest.mark.system


def section(url: str, app_url: str = "") -> DatabaseSection:
    return DatabaseSection(home="", url=url, config=DatabaseConfig(connect_timeout_seconds=4, app_url=app_url))


async def refusal(url: str, app_url: str = "") -> str:
    """The one line with which the module does not start; no password is in it."""
    module = DatabaseModule()
    with pytest.raises(StartFailed) as refused:
        await module.initialize(section(url, app_url), FakePeers())
    await module.cleanup()
    message = refused.value.message
    assert "\n" not in message
    for secret in re.findall(r":([^:/@]+)@", url + app_url):
        assert secret not in message
    return message


async def start(url: str, app_url: str = "") -> tuple[str, bool]:
    """As whom the started module works, and whether it has vectors; it is stopped again."""
    module = DatabaseModule()
    try:
        await module.initialize(section(url, app_url), FakePeers())
        async with module.transaction(SERVICE) as transaction:
            rows = await transaction.fetch("SELECT current_user::text AS login, count(*) AS people FROM users")
        facts = await module.process(DescribeDatabase())
    finally:
        await module.cleanup()
    return str(rows[0]["login"]), facts.vectors


async def test_an_owner_that_makes_roles_needs_nothing_else(outside: Outside) -> None:
    """The schema comes up without pgvector, the app enters by its own login; a second start finds both."""
    for _ in range(2):
        assert await start(outside.url()) == ("nexy_app", False)


async def test_an_administrator_makes_the_roles(outside: Outside) -> None:
    """The owner needs no CREATEROLE then; the app enters by DATABASE_APP_URL, as nexy_app or a member of it."""
    await outside.rule(f"ALTER ROLE {outside.owner} NOCREATEROLE", "CREATE ROLE guest LOGIN PASSWORD 'guests'")
    await outside.make_roles("apps")
    assert await start(outside.url(), outside.url("nexy_app", "apps")) == ("nexy_app", False)
    await outside.rule("GRANT nexy_app TO guest")
    assert await start(outside.url(), outside.url("guest", "guests")) == ("guest", False)


REST = "SELECT current_user::text AS role, count(*) AS rows FROM projects"


async def rest_rows(url: str, app_url: str = "") -> tuple[str, int]:
    """As whom a person asks for her projects, and how many she finds; nobody can delete one outside of that role."""
    module = DatabaseModule()
    person = str(uuid4())
    try:
        await module.initialize(section(url, app_url), FakePeers())
        async with module.transaction(SERVICE) as transaction:
            await transaction.execute("INSERT INTO users (id) VALUES ($1)", person)
            await transaction.execute("INSERT INTO projects (user_id, name) VALUES ($1, 'hers')", person)
        with pytest.raises(PermissionDenied):
            async with module.transaction(Claims(user_id=person)) as transaction:
                await transaction.execute("DELETE FROM projects")
        async with module.transaction(Claims(user_id=person, role=Role.AUTHENTICATED)) as transaction:
            found = (await transaction.fetch(REST))[0]
            assert await transaction.execute("DELETE FROM projects") == 1
        async with module.transaction(Claims(role=Role.ANON)) as transaction:
            assert (await transaction.fetch(REST))[0]["rows"] == 0
    finally:
        await module.cleanup()
    return str(found["role"]), int(str(found["rows"]))


async def test_the_app_becomes_the_roles_of_the_rest_door_for_one_transaction(outside: Outside) -> None:
    """By the login that Nexy made, and by a member of nexy_app; neither has their rights at other times."""
    assert await rest_rows(outside.url()) == ("authenticated", 1)
    await outside.rule("CREATE ROLE guest LOGIN PASSWORD 'guests'", "GRANT nexy_app TO guest")
    assert await rest_rows(outside.url(), outside.url("guest", "guests")) == ("authenticated", 1)


async def test_the_memberships_may_be_an_administrators(outside: Outside) -> None:
    """An owner without CREATEROLE needs nothing more then; every refusal is proven as with its own."""
    await outside.make_roles("apps")
    await outside.rule(f"ALTER ROLE {outside.owner} NOCREATEROLE")
    app_url = outside.url("nexy_app", "apps")
    assert await rest_rows(outside.url(), app_url) == ("authenticated", 1)
    opened = OpenDatabase(section(outside.url(), app_url))
    await opened.open()
    await harden(opened)
    found = [proof async for proof in proofs(opened)]
    assert [proof for proof in found if not proof.refused] == []
    assert len(found) > 600


async def test_memberships_that_nobody_may_grant_are_told(outside: Outside) -> None:
    """Roles without the membership, and an app that would have their rights at all times."""
    await outside.make_roles("apps")
    await outside.rule(f"ALTER ROLE {outside.owner} NOCREATEROLE", "REVOKE authenticated FROM nexy_app")
    message = await refusal(outside.url(), outside.url("nexy_app", "apps"))
    assert message.endswith("lacks the right ADMIN OPTION on authenticated; let an administrator grant it")
    await outside.rule("GRANT authenticated TO nexy_app", "ALTER ROLE nexy_app INHERIT")
    message = await refusal(outside.url(), outside.url("nexy_app", "apps"))
    assert message.endswith("lacks the right ADMIN OPTION on anon and authenticated; let an administrator grant it")


async def test_an_app_login_with_the_rights_of_the_rest_door_is_told(outside: Outside) -> None:
    """It could delete what only a person may, and an app that cannot become her serves nobody."""
    assert await start(outside.url()) == ("nexy_app", False)
    await outside.rule("CREATE ROLE guest LOGIN PASSWORD 'guests'", "GRANT nexy_app, authenticated TO guest")
    message = await refusal(outside.url(), outside.url("guest", "guests"))
    assert message.startswith("DATABASE_APP_URL: the login guest has the rights of authenticated at all times")
    await outside.rule("REVOKE authenticated FROM guest", "REVOKE anon FROM nexy_app")
    message = await refusal(outside.url(), outside.url("guest", "guests"))
    assert message.startswith("DATABASE_APP_URL: the login guest may not become anon and authenticated")


async def test_databases_of_one_owner_share_the_apps_login(outside: Outside) -> None:
    """A second Nexy on the same server does not lock the first one out."""
    module = DatabaseModule()
    await module.initialize(section(outside.url()), FakePeers())
    other = Outside(server=outside.server, name=f"{outside.name}_b", owner=outside.owner, password=outside.password)
    try:
        await outside.rule(f"CREATE DATABASE {other.name} OWNER {outside.owner} TEMPLATE template0")
        assert await start(other.url()) == ("nexy_app", False)
        await outside.rule("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'nexy_app'")
        async with module.transaction(SERVICE) as transaction:
            assert await transaction.fetch("SELECT 1")
    finally:
        await module.cleanup()
        await outside.rule(f"DROP DATABASE {other.name} WITH (FORCE)")


MISSING = {
    "CONNECT": (
        "REVOKE CONNECT ON DATABASE {name} FROM PUBLIC, {owner}",
        "DATABASE_URL: {owner}@127.0.0.1:{port}/{name}: the login has no right to enter this database (CONNECT)",
    ),
    "CREATE": (
        "REVOKE CREATE ON SCHEMA public FROM pg_database_owner",
        "DATABASE_URL: the login {owner} lacks the right CREATE on the schema public; let an administrator grant it",
    ),
    "USAGE": (
        "REVOKE USAGE ON SCHEMA public FROM PUBLIC, pg_database_owner",
        "DATABASE_URL: the login {owner} lacks the right USAGE on the schema public; let an administrator grant it",
    ),
    "CREATEROLE": (
        "ALTER ROLE {owner} NOCREATEROLE",
        "DATABASE_URL: the login {owner} lacks the right CREATEROLE; let an administrator grant it",
    ),
    "LOGIN": (
        "ALTER ROLE {owner} NOLOGIN",
        "DATABASE_URL: {owner}@127.0.0.1:{port}/{name}: the server refuses this user or password",
    ),
}


@pytest.mark.parametrize("right", MISSING)
async def test_a_missing_right_is_one_line_with_its_name(outside: Outside, right: str) -> None:
    """After the right is taken away the start ends with the login, the right and the remedy."""
    statement, told = MISSING[right]
    about = {"name": outside.name, "owner": outside.owner, "port": outside.server.port}
    await outside.rule(statement.format(**about))
    assert await refusal(outside.url()) == told.format(**about)


async def test_a_login_that_does_not_own_the_database_is_told(outside: Outside) -> None:
    """It could make tables, but GRANT and REVOKE on the database would do nothing and leave it open."""
    await outside.rule(
        f"ALTER DATABASE {outside.name} OWNER TO postgres", f"GRANT USAGE, CREATE ON SCHEMA public TO {outside.owner}"
    )
    assert f"the login {outside.owner} lacks the right of the database's owner" in await refusal(outside.url())


async def test_roles_that_the_owner_may_not_change_are_told(outside: Outside) -> None:
    """An administrator made the roles but no login for the app: both remedies are named."""
    await outside.make_roles()
    await outside.rule(f"ALTER ROLE {outside.owner} NOCREATEROLE")
    message = await refusal(outside.url())
    assert message.startswith("DATABASE_URL: the login lacks the right to change the role nexy_app (CREATEROLE")
    assert message.endswith("let an administrator grant it, or set DATABASE_APP_URL")


async def test_an_app_login_that_is_no_app_is_told(outside: Outside) -> None:
    """A stranger, a superuser and one that may not enter: DATABASE_APP_URL is named each time."""
    await outside.rule("CREATE ROLE guest LOGIN PASSWORD 'guests'")
    assert await refusal(outside.url(), outside.url("guest", "guests")) == (
        "DATABASE_APP_URL: the login guest lacks the rights of the role nexy_app; "
        "let an administrator GRANT nexy_app TO guest"
    )
    password = outside.server.password
    message = await refusal(outside.url(), outside.url("postgres", password))
    assert message.startswith("DATABASE_APP_URL: the login postgres is a superuser or has BYPASSRLS")
    await outside.rule(f"REVOKE CONNECT ON DATABASE {outside.name} FROM PUBLIC")
    message = await refusal(outside.url(), outside.url("guest", "guests"))
    assert message.startswith("DATABASE_APP_URL: guest@")
    assert message.endswith("(CONNECT)")
