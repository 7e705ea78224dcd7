"""Pipes and exit of a child process."""

import asyncio
import signal
import sys

import pytest

from nexy.modules.audio_generation.worker_link import WorkerLink
from nexy.utils.supervisor import owned_task

pytestmark = pytest.mark.slow

_ECHO = "import os\nwhile part := os.read(0, 65536): os.write(1, part)"


async def test_what_is_sent_comes_back() -> None:
    """Orders reach the child, its replies reach us, and it ends with its input."""
    link = await WorkerLink.open((sys.executable, "-c", _ECHO))
    assert link.send(b"hello")
    assert await link.replies.readexactly(5) == b"hello"
    assert not link.exited
    link.close_input()
    assert await link.ended == 0
    assert link.exited


async def test_a_killed_child_ends_even_when_its_output_lies_unread() -> None:
    """The end is seen while megabytes of the child's output wait for a reader that never comes."""
    link = await WorkerLink.open((sys.executable, "-c", "import os\nwhile True: os.write(1, bytes(65536))"))
    await link.replies.readexactly(1_000_000)
    link.kill()
    async with asyncio.timeout(10):
        assert await link.ended == -signal.SIGKILL


async def test_a_dead_child_takes_no_orders() -> None:
    """After the end, sending says so, and killing again is harmless."""
    link = await WorkerLink.open((sys.executable, "-c", "raise SystemExit(3)"))
    assert await link.ended == 3
    assert not link.send(b"hello")
    link.kill()
    assert await link.replies.read() == b""


async def test_a_program_that_is_missing() -> None:
    """What cannot be started is an `OSError`, and nothing is left."""
    with pytest.raises(FileNotFoundError):
        await WorkerLink.open(("/no-such-program",))


@pytest.mark.parametrize("turns", range(6))
async def test_a_cancelled_start_leaves_no_child(turns: int) -> None:
    """Wherever in its start the child is given up, it is gone and reaped when that has ended."""
    async with owned_task(WorkerLink.open((sys.executable, "-c", _ECHO))) as start:
        for _turn in range(turns):
            await asyncio.sleep(0)
        start.cancel()
        await asyncio.wait((start,))
        if not start.cancelled():
            start.result().kill()
            await start.result().ended
