"""Which samples a range of time is, and whether the source has them."""

import math
from dataclasses import dataclass

from nexy.contracts.streams import SourceFacts, StreamOrder
from nexy.modules.sensor_streams.spectra.checks import refuse

# Epoch seconds as a double are exact to a quarter of a microsecond; clients often round to milliseconds.
_EXACT_SECONDS = 1e-6
_ROUNDED_SECONDS = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """`samples` samples from `first` on, of `seconds` seconds as they were asked for."""

    first: int
    samples: int
    seconds: float

    def rows(self, row_seconds: float) -> int:
        """How many whole rows fit into the seconds."""
        return math.floor((self.seconds + _EXACT_SECONDS) / row_seconds)


def wanted_span(order: StreamOrder, facts: SourceFacts, available: int) -> Span | None:
    """The range that is asked for, None for live; raises `ValidationFailed` for one that the source cannot give."""
    start, end = order.start_s, order.end_s
    if start is None and end is None:
        _check_live(facts, available)
        return None
    if start is None or end is None:
        missing = "start_time" if start is None else "end_time"
        raise refuse(missing, "missing; send both start_time and end_time, or neither to watch live")
    if not (math.isfinite(start) and math.isfinite(end)):
        raise refuse("start_time", "not a time; send epoch seconds")
    if end <= start:
        raise refuse("end_time", f"{end:.3f} is not after start_time {start:.3f}")
    return _inside(start, end, facts, available)


def _check_live(facts: SourceFacts, available: int) -> None:
    if not facts.live:
        raise refuse("start_time", f"{facts.name} is a {facts.kind} and not live; send start_time and end_time within "
                     f"{_held(facts, available)}, or serve it as a source of kind loop")  # fmt: skip


def _inside(start: float, end: float, facts: SourceFacts, available: int) -> Span:
    slack = max(0.5 / facts.sample_rate_hz, _ROUNDED_SECONDS)
    begins, length = facts.start_ns / 1e9, available / facts.sample_rate_hz
    if start - begins < -slack:
        raise refuse("start_time", f"{start:.3f} is before the first sample; {facts.name} holds "
                     f"{_held(facts, available)}")  # fmt: skip
    if end - begins > length + slack:
        raise refuse("end_time", f"{end:.3f} is after the last sample; {facts.name} holds {_held(facts, available)}")
    first = max(0, round((start - begins) * facts.sample_rate_hz))
    last = min(available, round((end - begins) * facts.sample_rate_hz))
    return Span(first=first, samples=last - first, seconds=min(end - start, (available - first) / facts.sample_rate_hz))


def _held(facts: SourceFacts, available: int) -> str:
    begins = facts.start_ns / 1e9
    return f"{begins:.3f} to {begins + available / facts.sample_rate_hz:.3f}"
