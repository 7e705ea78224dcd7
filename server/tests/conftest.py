"""Fixtures of every test: nothing of a test stays behind."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

# A busy machine makes single examples slow; how long a test may take is pytest's own timeout.
settings.register_profile("nexy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("nexy")

_ON_POSTGRES = frozenset({"postgres", "database", "migrated"})
_POSTGRES_FOLDERS = (
    "modules/database/",
    "cli/test_memory.py",
    "cli/test_db.py",
    "cli/test_report.py",
    "test_what_must_last.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a real PostgreSQL, so that the everyday run can leave it to its own target."""
    for item in items:
        place = item.path.as_posix()
        wants = _ON_POSTGRES & set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("slow") and (wants or any(part in place for part in _POSTGRES_FOLDERS)):
            item.add_marker(pytest.mark.postgres)


@pytest_asyncio.fixture(autouse=True)
async def _no_leaked_tasks() -> AsyncIterator[None]:
    """Every asynchronous task that a test starts has ended when the test ends."""
    before = asyncio.all_tasks()
    yield
    leaked = [task for task in asyncio.all_tasks() - before if task is not asyncio.current_task() and not task.done()]
    for task in leaked:
        task.cancel()
    assert not leaked, f"leaked tasks: {leaked}"
