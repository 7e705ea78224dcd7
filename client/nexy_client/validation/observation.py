"""One frame as the rules see it: what several of them need is worked out once."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nexy_client.validation.expectation import Expectation
from nexy_protocol.encoding import Encoding
from nexy_protocol.frame import Frame, Row, UnevenSensors

_SAMPLED_BINS = 4
_NO_IDS, _NO_SAMPLE = np.empty(0, np.int32), np.empty((0, 0), np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a frame arrived: `steady_s` never jumps, `epoch_ms` compares with the server's clock."""

    steady_s: float
    epoch_ms: float


Clock: TypeAlias = Callable[[], Moment]


def now() -> Moment:
    """The clocks of this machine."""
    return Moment(steady_s=time.perf_counter(), epoch_ms=time.time_ns() / 1e6)


@dataclass(slots=True, kw_only=True, eq=False)
class Observation:
    """One frame with rows.

    `place` counts frames from 1, `number` is the frame's own. `values` [sensor][bin], contiguous and aligned, is None
    where the row is no matrix; `low` and `high` are its exact extremes, NaN where it holds one. `sample` [sensor][few
    bins] is enough to see quickly whether something moves. `regular` tells that sensors and bins are as expected.
    """

    place: int
    number: int
    frame: Frame
    row: Row | None
    moment: Moment
    ids: NDArray[np.int32]
    values: NDArray[np.float32] | None
    low: float
    high: float
    sample: NDArray[np.float32]
    regular: bool
    quantised: bool

    @property
    def flat(self) -> bool:
        """Whether nothing in the frame differs from anything else."""
        return self.low == self.high


class Observer:
    """Turns frames into observations; holds what does not change from frame to frame."""

    def __init__(self, expected: Expectation) -> None:
        self._channels = expected.channels
        self._shape = (expected.sensors, expected.bins)
        self._places = 0

    def observe(self, frame: Frame, moment: Moment) -> Observation:
        """The frame, looked at once."""
        self._places += 1
        row = frame.rows[0] if frame.rows else None
        if row is None:
            ids, values = _NO_IDS, None
        else:
            ids, values = row.sensor_ids, _matrix(row)
        return Observation(
            place=self._places,
            number=frame.frame_number,
            frame=frame,
            row=row,
            moment=moment,
            ids=ids,
            values=values,
            low=0.0 if values is None else float(np.minimum.reduce(values, axis=None)),
            high=0.0 if values is None else float(np.maximum.reduce(values, axis=None)),
            sample=_NO_SAMPLE if values is None else _sample(values),
            regular=values is not None and values.shape == self._shape and bool((ids == self._channels).all()),
            quantised=row is not None and row.encoding is Encoding.PACKED_U8,
        )


def _matrix(row: Row) -> NDArray[np.float32] | None:
    """Contiguous and aligned: reading a view of the message several times would cost more than one copy."""
    try:
        values = np.require(row.to_numpy(), np.float32, ("C", "A"))
    except UnevenSensors:
        return None
    return values if values.size else None


def _sample(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Neighbouring bins in the middle: one look at the memory for each sensor."""
    middle = values.shape[1] // 2
    return values[:, middle : middle + _SAMPLED_BINS].copy()
