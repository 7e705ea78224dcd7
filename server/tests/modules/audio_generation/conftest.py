"""Fixtures of the speech tests: no child process of a test stays behind, and workers that misbehave on demand."""

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nexy.modules.audio_generation import worker_process
from support.speech import child_pids

# The worker's side of the protocol, for workers that misbehave.
STUB_PRELUDE = """
import os, struct, sys, threading, time
from pathlib import Path
READY, ACCEPTED, SOUND, END, FAILED = 1, 2, 4, 5, 6
HERE = Path(__file__).parent
def reply(kind, body=b""):
    os.write(1, struct.pack("<BI", kind, len(body)) + body)
def order():
    head = os.read(0, 11)
    if not head:
        os._exit(0)
    kind, voice, first, text = struct.unpack("<BHII", head)
    os.read(0, voice + text)
def first_life():
    try:
        (HERE / "lived").touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
"""


@pytest.fixture(autouse=True)
def _no_leaked_processes() -> Iterator[None]:
    """Every process that a test starts is gone and reaped when the test ends."""
    before = child_pids()
    yield
    assert child_pids() - before == set()


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a script of the test in the place of the worker."""

    def install(script: str) -> None:
        (tmp_path / "stub_worker.py").write_text(STUB_PRELUDE + textwrap.dedent(script))
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.setattr(worker_process, "WORKER_MODULE", "stub_worker")

    return install
