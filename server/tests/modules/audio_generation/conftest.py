"""Fixtures of the speech tests: no child process of a test stays behind, not even as a zombie."""

from collections.abc import Iterator

import pytest

from support.speech import child_pids


@pytest.fixture(autouse=True)
def _no_leaked_processes() -> Iterator[None]:
    """Every process that a test starts is gone and reaped when the test ends."""
    before = child_pids()
    yield
    assert child_pids() - before == set()
