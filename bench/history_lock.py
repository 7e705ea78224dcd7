"""A database that nobody gets anything from for a while."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from nexy.config.database_section import DatabaseConfig, DatabaseSection
from nexy.contracts.database import SERVICE
from nexy.contracts.errors import Unavailable
from nexy.modules.database.module import DatabaseModule

_LOCK = """
DO $$
DECLARE one text;
BEGIN
    FOREACH one IN ARRAY ARRAY['users', 'devices', 'sessions', 'commands', 'llm_answers', 'memory_facts'] LOOP
        EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', one);
    END LOOP;
END
$$"""


class NoPeers:
    """The database needs nobody."""

    def get(self, capability: str) -> object:
        raise Unavailable(capability)


@asynccontextmanager
async def locked(home: Path, shared: Path) -> AsyncGenerator[None, None]:
    """Hold every table of the home's embedded database for the length of the block."""
    module = DatabaseModule()
    config = DatabaseConfig(shared_folder=str(shared))
    await module.initialize(DatabaseSection(home=str(home), config=config), NoPeers())  # type: ignore[arg-type]
    try:
        async with module.transaction(SERVICE) as transaction:
            await transaction.execute(_LOCK)
            yield
    finally:
        await module.cleanup()
