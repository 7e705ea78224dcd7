"""Fixtures of every test: nothing of a test stays behind."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from hypothesis import HealthCheck, settings

from support.postgres import database, postgres

__all__ = ["database", "postgres"]

# A busy machine makes single examples slow; how long a test may take is pytest's own timeout.
settings.register_profile("nexy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("nexy")


@pytest_asyncio.fixture(autouse=True)
async def _no_leaked_tasks() -> AsyncIterator[None]:
    """Every asynchronous task that a test starts has ended when the test ends."""
    before = asyncio.all_tasks()
    yield
    leaked = [task for task in asyncio.all_tasks() - before if task is not asyncio.current_task() and not task.done()]
    for task in leaked:
        task.cancel()
    assert not leaked, f"leaked tasks: {leaked}"
