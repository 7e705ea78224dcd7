"""Fixtures of the sensor streams' tests: no worker of a test stays behind, and workers whose sources a test writes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nexy.modules.sensor_streams.workers import stream_worker
from support import fibre_worker
from support.speech import child_pids


@pytest.fixture(autouse=True)
def _no_leaked_processes() -> Iterator[None]:
    """Every process that a test starts is gone and reaped when the test ends."""
    before = child_pids()
    yield
    assert child_pids() - before == set()


@pytest.fixture
def played_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes open the sources of `support.fibre_worker`, which need no file."""
    monkeypatch.setenv("PYTHONPATH", str(Path(fibre_worker.__file__).parents[1]))
    monkeypatch.setattr(stream_worker, "WORKER_MODULE", "support.fibre_worker")
