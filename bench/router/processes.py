"""Whose processor time it is: the server's, or that of the PostgreSQL that it brought along."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.voice.accounting import family, own_cpu_seconds, pss_of

_GUARD = b"guard.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The processes of one server, and of the database under its folder."""

    own: Sequence[int]
    database: Sequence[int]

    @classmethod
    def of(cls, pid: int, folder: Path) -> "Members":
        """Those that live now: PostgreSQL's are its guard, which has a life of its own, and everything below."""
        database = [one for guard in _guards(folder) for one in family(guard)]
        return cls(own=[one for one in family(pid) if one not in database], database=database)

    def cpu_seconds(self) -> tuple[float, float]:
        """The server's and the database's."""
        return sum(map(own_cpu_seconds, self.own)), sum(map(own_cpu_seconds, self.database))

    def pss_mb(self) -> float:
        """The server's and its workers'."""
        return sum(map(pss_of, self.own))


def _guards(folder: Path) -> Sequence[int]:
    place = str(folder).encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if _GUARD in command and place in command:
            found.append(int(process.name))
    return found
