"""What the kernel says about processes."""

import os
import subprocess
import sys

from bench.voice.accounting import Cores, core_busy_seconds, cpu_seconds, family, private_mb, pss_mb

NO_PROCESS = 2**22 + 1


def test_cpu_time_grows_with_work() -> None:
    """Work shows in the processor time of the process that did it."""
    before, own = cpu_seconds(os.getpid()), os.times()
    while os.times().user - own.user < 0.05:
        sum(range(10_000))
    assert cpu_seconds(os.getpid()) - before >= 0.03


def test_the_family_holds_children() -> None:
    """A child is counted while it lives, and its memory with it."""
    command = (sys.executable, "-c", "import sys; sys.stdout.write('up'); sys.stdout.flush(); sys.stdin.read()")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.read(2) == b"up"
        assert child.pid in family(os.getpid())
        assert pss_mb(os.getpid()) > pss_mb(child.pid) > 0
        child.communicate()
    assert child.pid not in family(os.getpid())


def test_a_process_that_is_gone_uses_nothing() -> None:
    """Readings race with ends of processes; they never fail."""
    assert cpu_seconds(NO_PROCESS) == pss_mb(NO_PROCESS) == private_mb(NO_PROCESS) == 0.0


def test_memory_is_told_in_megabytes() -> None:
    """Thirty-two megabytes that are written to appear as such."""
    before = private_mb(os.getpid())
    held = bytearray(os.urandom(1024)) * (32 * 1024)
    assert 30 < private_mb(os.getpid()) - before < 40
    del held


def test_cores_are_those_we_may_use() -> None:
    """Servers and load get the first and the last allowed core; a core that is not there is never busy."""
    cores = Cores.ours()
    assert {cores.server, cores.load} <= set(cores.everything) == os.sched_getaffinity(0)
    assert core_busy_seconds(cores.server) > 0
    assert core_busy_seconds(10_000) == 0
