"""A real embedded PostgreSQL for tests: one server per test session, one fresh database per test.

`database` is the running `DatabaseModule` of a new, migrated database; mark tests that use it `slow`.
"""

import asyncio
import atexit
import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from nexy.config.database_section import DatabaseConfig, DatabaseSection
from nexy.modules.database.addresses import Address
from nexy.modules.database.embedded.supervisor import EmbeddedServer
from nexy.modules.database.module import DatabaseModule
from nexy.modules.database.opening import OpenDatabase
from support.peers import FakePeers

_numbers = itertools.count(1)


@cache
def shared_folder() -> str:
    """A folder with a short path that every user may enter, gone with the test session: DATABASE_SHARED_FOLDER."""
    folder = Path(tempfile.mkdtemp(prefix="nexy-t-", dir="/tmp"))
    folder.chmod(0o711)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return str(folder)


def open_home() -> Path:
    """A home of its own that the database's user may enter, gone with the test session."""
    return Path(tempfile.mkdtemp(dir=shared_folder()))


def embedded_section(home: Path, **settings: float) -> DatabaseSection:
    """The section of an embedded server in this home."""
    config = DatabaseConfig(enabled=True, shared_folder=shared_folder(), **settings)  # type: ignore[arg-type]
    return DatabaseSection(home=str(home), config=config)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestServer:
    """The session's server: `template` is migrated and never entered, every test's database is a copy of it."""

    __test__ = False

    server: EmbeddedServer
    owner: Address
    app: Address
    template: str

    def url(self, name: str) -> str:
        """DATABASE_URL of this database, entered by its owner."""
        return f"postgresql://{self.owner.user}:{self.owner.password}@/{name}?host={self.owner.host}"

    def section(self, name: str, **settings: float) -> DatabaseSection:
        """The section of a module that uses this database as an outside one."""
        app = f"postgresql://{self.app.user}:{self.app.password}@/{name}?host={self.app.host}"
        config = DatabaseConfig(enabled=True, shared_folder=shared_folder(), app_url=app, **settings)  # type: ignore[arg-type]
        return DatabaseSection(home=str(self.server.layout.home), url=self.url(name), config=config)

    def login(self, address: Address, name: str) -> dict[str, object]:
        """The arguments of `asyncpg.connect` for one of the addresses and this database."""
        return {"host": address.host, "port": address.port, "user": address.user, "password": address.password,
                "database": name}  # fmt: skip


@pytest.fixture(scope="session")
def postgres() -> Iterator[TestServer]:
    """The session's own embedded server, with a migrated template."""
    with asyncio.Runner() as runner:
        opened = OpenDatabase(embedded_section(open_home()))
        try:
            runner.run(opened.open())
            runner.run(opened.bring_up())
            assert opened.server is not None
            yield TestServer(server=opened.server, owner=opened.owner, app=opened.app, template=opened.owner.database)
        finally:
            runner.run(opened.close())


@asynccontextmanager
async def new_database(postgres: TestServer, *, empty: bool = False) -> AsyncIterator[str]:
    """A database of its own for the block: a copy of the migrated template, or an empty one."""
    name = f"test_{next(_numbers)}"
    administrator = await asyncpg.connect(**postgres.login(postgres.server.administrator, "postgres"))
    try:
        template = "template0" if empty else postgres.template
        await administrator.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER nexy_owner STRATEGY file_copy")
        # The rights on a database itself are the one thing that a template does not pass on.
        await administrator.execute(f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC")
        try:
            yield name
        finally:
            await administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await administrator.close()


@pytest_asyncio.fixture
async def database(postgres: TestServer) -> AsyncIterator[DatabaseModule]:
    """A running module on a database of this test alone; it is a `contracts.Database`."""
    async with new_database(postgres) as name:
        module = DatabaseModule()
        await module.initialize(postgres.section(name), FakePeers())
        try:
            yield module
        finally:
            await module.cleanup()
