"""The real module `access` on a database of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from nexy.config.access_section import AccessConfig, PasswordsConfig, TokensConfig
from nexy.modules.access.module import AccessModule
from nexy.modules.database.module import DatabaseModule
from nexy.utils.clock import SystemClock
from support.access import QUICK, access
from support.peers import FakePeers
from support.postgres import TestServer, new_database

# A used refresh token that comes back is not forgiven.
_STRICT = TokensConfig(reuse_seconds=0)


@asynccontextmanager
async def real_access(
    postgres: TestServer, home: Path, passwords: PasswordsConfig = QUICK
) -> AsyncIterator[AccessModule]:
    """Running; its keys lie in `home`."""
    config = AccessConfig(passwords=passwords, tokens=_STRICT)
    async with new_database(postgres) as name:
        database = DatabaseModule()
        await database.initialize(postgres.section(name), FakePeers())
        try:
            async with access(home, SystemClock(), database, config) as module:
                yield module
        finally:
            await database.cleanup()
