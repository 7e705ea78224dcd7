"""What Linux tells of processes."""

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
