"""The database of this home for the length of one command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nexy.cli.surroundings import Surroundings
from nexy.config.module_sections import database_section
from nexy.modules.database.opening import OpenDatabase


@asynccontextmanager
async def opened_database(surroundings: Surroundings) -> AsyncIterator[OpenDatabase]:
    """Whether a server runs on this home or not; the schema is left as it is."""
    opened = OpenDatabase(database_section(surroundings.config))
    try:
        await opened.open()
        yield opened
    finally:
        await opened.close()
