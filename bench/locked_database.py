"""A database that nobody gets anything from for a while."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from nexy.config.database_section import DatabaseConfig, DatabaseSection
from nexy.modules.database.opening import OpenDatabase

_LOCK = """
DO $$
DECLARE one text;
BEGIN
    FOR one IN SELECT table_name FROM nexy_protection ORDER BY table_name LOOP
        EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', one);
    END LOOP;
END
$$"""


@asynccontextmanager
async def locked(home: Path, shared: Path) -> AsyncGenerator[None, None]:
    """Hold every table of people, money and memory of the home's database for the length of the block."""
    held = OpenDatabase(DatabaseSection(home=str(home), config=DatabaseConfig(shared_folder=str(shared))))
    try:
        await held.open()
        async with held.as_owner() as connection, connection.transaction():
            await connection.execute(_LOCK)
            yield
    finally:
        await held.close()
