"""Programs that start others end them when they are stopped."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from bench.stopping import Stopped, stoppable
from bench.voice.accounting import family

from support.proc import ends

ROOT = Path(__file__).parents[3]
LOAD = ("deploy.checks.load", "--short")
ROUTER = ("bench.router", "--quick")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
async def test_a_signal_leaves_every_block_in_order(number: int, code: int) -> None:
    """What a block waits for at its end is waited for, also where somebody is impatient."""
    left: list[str] = []
    with pytest.raises(Stopped) as caught:
        async with stoppable():
            try:
                os.kill(os.getpid(), number)
                await asyncio.Event().wait()
            finally:
                os.kill(os.getpid(), number)
                for _ in range(10):
                    await asyncio.sleep(0)
                left.append("ended")
    assert (left, caught.value.code) == (["ended"], code)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


async def test_any_other_cancellation_stays_one() -> None:
    """A limit of time is no signal."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0), stoppable():
            await asyncio.Event().wait()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("command", [LOAD, ROUTER])
def test_a_run_that_is_stopped_leaves_nobody(command: Sequence[str], number: int) -> None:
    """The servers, their workers and the database end with it."""
    run = subprocess.Popen((sys.executable, "-m", *command), cwd=ROOT, stderr=subprocess.PIPE)
    try:
        assert run.stderr is not None
        assert run.stderr.readline()
        started = [pid for pid in family(run.pid) if pid != run.pid]
        run.send_signal(number)
        assert run.wait(timeout=20) == 128 + number
        assert started
        assert all(ends(pid, 10) for pid in started)
    finally:
        if run.poll() is None:
            run.kill()
        run.communicate()
