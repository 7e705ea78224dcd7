"""What the kernel says a server used: processor time, memory, and what everybody else used meanwhile."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_TICK = 1.0 / os.sysconf("SC_CLK_TCK")
_MB = 1024.0
_IDLE_COLUMNS = (3, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cores:
    """Who runs where; `everything` is what a server that is not pinned may use."""

    server: int
    load: int
    everything: Sequence[int]

    @classmethod
    def ours(cls) -> "Cores":
        """The first of those that we may use for the servers, the last for the load."""
        allowed = sorted(os.sched_getaffinity(0))
        return cls(server=allowed[0], load=allowed[-1], everything=allowed)


def family(pid: int) -> Sequence[int]:
    """The process and all its descendants that live now."""
    found = [pid]
    for parent in found:
        for children in _PROC.glob(f"{parent}/task/*/children"):
            try:
                found.extend(int(child) for child in children.read_text().split())
            except OSError:
                continue
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of the process, its living descendants and those that it has waited for."""
    return sum(own_cpu_seconds(member) for member in family(pid))


def own_cpu_seconds(pid: int) -> float:
    """User and system time of the process alone and of the children that it has waited for; 0 when it is gone."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return 0.0
    fields = stat.rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) * _TICK


def pss_mb(pid: int) -> float:
    """Proportional set size of the process and its descendants, in MB of 1024 KB."""
    return sum(map(pss_of, family(pid)))


def pss_of(pid: int) -> float:
    """The same of one process."""
    return _rollup(pid, "Pss:") / _MB


def private_mb(pid: int) -> float:
    """Memory that is the family's alone, in MB: what grows with sessions."""
    return sum(_rollup(member, "Private_Dirty:") for member in family(pid)) / _MB


def _rollup(pid: int, key: str) -> float:
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return float(next((line.split()[1] for line in lines if line.startswith(key)), 0))


def core_busy_seconds(core: int) -> float:
    """Busy seconds of one core since the machine started, whoever used it."""
    for line in (_PROC / "stat").read_text().splitlines():
        if line.startswith(f"cpu{core} "):
            columns = [int(ticks) for ticks in line.split()[1:9]]
            return (sum(columns) - sum(columns[column] for column in _IDLE_COLUMNS)) * _TICK
    return 0.0
