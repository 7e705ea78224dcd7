"""What Linux tells of processes."""

import os
import select
from collections.abc import Sequence
from pathlib import Path


def children(pid: int, running: str) -> Sequence[int]:
    """The process ids of a process's children whose command line holds `running`."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(child) for task in tasks for child in task.read_text().split()]
    return [child for child in found if running.encode() in Path(f"/proc/{child}/cmdline").read_bytes()]


def rss_mib(pid: int) -> float:
    """What it holds in memory now."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024


def ends(pid: int, seconds: float) -> bool:
    """Whether the process, which need not be a child, ends within so many seconds; one that is gone has ended."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        poll = select.poll()
        poll.register(watched, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    finally:
        os.close(watched)
