"""Some parts of the server for one command; the database is shared with whoever else runs on this home."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from nexy.cli.surroundings import Surroundings
from nexy.config.module_sections import section_of
from nexy.contracts.capabilities import CLOCK, DATABASE
from nexy.contracts.errors import StartFailed
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.core.module_factory import ModuleFactory
from nexy.utils.clock import SystemClock


@asynccontextmanager
async def running_parts(
    surroundings: Surroundings, capabilities: Sequence[str], optional: Sequence[str] = ()
) -> AsyncIterator[ModuleCoordinator]:
    """Start exactly these; raises `StartFailed` in one line where one that is not optional cannot start."""
    if DATABASE in capabilities and not surroundings.config.database.enabled:
        raise StartFailed("database.enabled (DATABASE_ENABLED) is off: nothing is kept here", field="database.enabled")
    coordinator = ModuleCoordinator(optional)
    coordinator.provide(CLOCK, SystemClock())
    factory = ModuleFactory()
    for capability in capabilities:
        coordinator.register(capability, factory.create(capability))
    try:
        await coordinator.initialize(partial(section_of, surroundings.config))
        yield coordinator
    finally:
        await coordinator.cleanup()
