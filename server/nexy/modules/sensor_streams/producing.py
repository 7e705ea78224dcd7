"""Between the jobs and whatever computes their rows."""

from dataclasses import dataclass
from typing import Protocol

from nexy.contracts.errors import NexyError
from nexy.modules.sensor_streams.workers.wire import Begin, Look, Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One computed row: [channel][bin] float32, little endian, C order; `end_ns` is the next row's `start_ns`.

    Times are epoch nanoseconds, `highest` and `lowest` the exact extremes.
    """

    start_ns: int
    end_ns: int
    intensities: bytes | bytearray | memoryview
    highest: float
    lowest: float


class Sink(Protocol):
    """Where rows go; after `ended` or `failed` nothing comes."""

    def row(self, row: Row) -> None:
        """The next row; never more of them than there was credit for."""
        ...

    def ended(self) -> None:
        """That was the last one."""
        ...

    def failed(self, problem: NexyError) -> None:
        """There will be no more, and why."""
        ...


class Production(Protocol):
    """A computation under way."""

    def more(self, rows: int) -> None:
        """Credit for so many rows more."""
        ...

    def stop(self) -> None:
        """Nobody wants more; its sink hears nothing any more. Harmless after the end."""
        ...


class Producers(Protocol):
    """Opens sources and computes."""

    async def look(self, look: Look) -> Seen:
        """What a source is; raises `ValidationFailed` for one that cannot be opened, `Unavailable` without workers."""
        ...

    async def begin(self, begin: Begin, sink: Sink) -> Production:
        """Start computing; raises `Unavailable`, or `StreamLimitExceeded` when the workers' memory is spent."""
        ...
