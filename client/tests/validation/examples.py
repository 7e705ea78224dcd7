"""Good frames of a small stream, a clock that is told what it shows, and validators fed with them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nexy_client.streams import ConfigureAnswer
from nexy_client.validation import Asked, Finding, StreamReport, StreamValidator, Thresholds
from nexy_client.validation.observation import Moment
from nexy_protocol.encoding import Encoding
from nexy_protocol.frame import Frame, Row, SensorRun

Matrix = NDArray[np.float32]
FIRST, SENSORS, BINS, HOP, NFFT = 10, 4, 8, 40, 64
CHANNELS = range(FIRST, FIRST + SENSORS)
RATE_HZ = 1024.0
ROW_S = HOP / RATE_HZ
ROW_MS = ROW_S * 1000
RECORDED_MS = 1_600_000_000_000
NOW_MS = 1_700_000_000_000
HISTORIC = Asked(live=False, rows=30)
LIVE = Asked(live=True)


def answer(**changes: Any) -> ConfigureAnswer:
    """What a server answers for four channels and eight bins."""
    good = ConfigureAnswer(
        status="running",
        job_id="12-1",
        stream_url="127.0.0.1",
        stream_port=50051,
        frequencies_list=tuple(16.0 * place for place in range(1, BINS + 1)),
        frequencies_amount=BINS,
        lines_dt=ROW_S,
        channel_to_stream_index=dict.fromkeys(CHANNELS, 0),
        stream_amount=1,
        channel_amount=SENSORS,
        view_type=0,
        intensity_unit="strain rate",
        hop=HOP,
        nfft_effective=NFFT,
    )
    return replace(good, **changes)


def noise(number: int, sensors: int = SENSORS, bins: int = BINS) -> Matrix:
    """[sensor][bin], 0.5 to 2; another for every number."""
    return np.random.default_rng(abs(number)).uniform(0.5, 2.0, (sensors, bins)).astype(np.float32)


def run_of(values: Matrix, first: int = FIRST) -> SensorRun:
    """Sensors that follow each other."""
    return SensorRun(ids=np.arange(first, first + len(values), dtype=np.int32), values=values)


def frame_of(number: int, values: Matrix | None = None, *, live: bool = False, **changes: Any) -> Frame:
    """A good frame; `changes` are those of the frame, or of its row where the row has such a field."""
    values = noise(number) if values is None else values
    begin = NOW_MS if live else RECORDED_MS
    row = Row(
        canvasId="12-1",
        startTimestamp=begin + round((number - 1) * ROW_MS),
        endTimestamp=begin + round(number * ROW_MS),
        runs=(run_of(values),),
    )
    of_row = {name: changes.pop(name) for name in list(changes) if hasattr(row, name)}
    good = Frame(
        rows=[replace(row, **of_row)],
        current_max_amp=float(values.max()) if values.size else 0.0,
        current_min_amp=float(values.min()) if values.size else 0.0,
        frame_number=number,
        server_timestamp=NOW_MS + round(number * ROW_MS),
        size_bytes=values.nbytes + 100,
    )
    return replace(good, **changes)


def frames_of(numbers: Iterable[int], *, live: bool = False) -> list[Frame]:
    """Good frames with these numbers."""
    return [frame_of(number, live=live) for number in numbers]


def good(count: int = 30, *, live: bool = False) -> list[Frame]:
    """A good stream."""
    return frames_of(range(1, count + 1), live=live)


def end_of(number: int, dropped: int = 0) -> Frame:
    """The message that ends a range."""
    return Frame(frame_number=number, end_of_stream=True, dropped_frames=dropped)


def bent(frames: Sequence[Frame], number: int, **changes: Any) -> list[Frame]:
    """The frames, one of them made anew with something else in it."""
    return [frame_of(number, **changes) if one.frame_number == number else one for one in frames]


class SetClock:
    """Shows what it was set to; `due` is when a good frame arrives: 2 ms after it was sent."""

    def __init__(self) -> None:
        self.now_s = 0.0
        # Another machine's clock, as far ahead of the server's as this.
        self.ahead_ms = 0.0

    def __call__(self) -> Moment:
        return Moment(steady_s=self.now_s, epoch_ms=NOW_MS + self.now_s * 1000 + self.ahead_ms)


def due(number: int) -> float:
    """Seconds."""
    return number * ROW_S + 0.002


def played(
    frames: Sequence[Frame],
    *,
    asked: Asked | None = None,
    at: Callable[[int], float] = due,
    end: Frame | None = None,
    complete: bool = True,
    limits: dict[str, float] | None = None,
    of: ConfigureAnswer | None = None,
    ahead_ms: float = 0.0,
    **call: Any,
) -> StreamReport:
    """The report on these frames, each arriving `at` the seconds for its place; a range is ended as it should be.

    Unless something else was asked for, it is a recording with just so many rows.
    """
    asked = asked or Asked(live=False, rows=len(frames))
    clock = SetClock()
    clock.ahead_ms = ahead_ms
    validator = StreamValidator(
        of or answer(), thresholds=Thresholds.of(limits or {}), asked=asked, clock=clock, **call
    )
    for place, frame in enumerate(frames, 1):
        clock.now_s = at(place)
        validator.feed(frame)
    if end is None and complete and asked.live is False:
        end = end_of(frames[-1].frame_number if frames else 0)
    if end is not None:
        validator.feed(end)
    return validator.finish(complete=complete)


def told(frames: Sequence[Frame], **how: Any) -> set[str]:
    """The codes of the findings; a live stream is left by us, a recorded one ends by itself."""
    if how.get("asked", HISTORIC).live:
        how.setdefault("complete", False)
    return {finding.code for finding in played(frames, **how).findings}


def only(report: StreamReport, code: str) -> Finding:
    """The first finding with this code."""
    return next(finding for finding in report.findings if finding.code == code)


def quantised(frame: Frame) -> Frame:
    """The same frame, as it comes out of bytes."""
    return replace(frame, rows=[replace(frame.rows[0], encoding=Encoding.PACKED_U8)])
