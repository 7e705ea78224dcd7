"""A child process, its start and its end."""

import asyncio
import signal
import sys

import pytest

from nexy.utils.child_process import ChildProcess

pytestmark = pytest.mark.slow
NULL = asyncio.subprocess.DEVNULL


async def _spawn(program: str) -> ChildProcess:
    return await ChildProcess.spawn((sys.executable, "-c", program), stdin=NULL, stdout=NULL)


async def test_the_exit_code_is_told() -> None:
    """Once, to whoever waits, and the child is reaped."""
    child = await _spawn("raise SystemExit(3)")
    assert await child.ended == 3
    assert child.exited


async def test_a_signal_is_told_as_its_negative_number() -> None:
    """As `subprocess` does."""
    child = await _spawn("import signal; signal.pause()")
    child.kill()
    assert await child.ended == -signal.SIGKILL
    child.kill()


async def test_killing_what_has_just_ended_does_not_lose_its_code() -> None:
    """However often it is killed on the way out, the one who waits learns how it ended by itself."""
    child = await _spawn("import os; os._exit(3)")
    async with asyncio.timeout(20):
        while not _is_zombie(child.pid) and not child.exited:
            await asyncio.sleep(0)
        child.kill()
        assert await child.ended == 3


def _is_zombie(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


async def test_a_program_that_is_missing() -> None:
    """What cannot be started is an `OSError`."""
    with pytest.raises(FileNotFoundError):
        await ChildProcess.spawn(("/no-such-program",), stdin=NULL, stdout=NULL)
