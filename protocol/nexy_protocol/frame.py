"""What one message of a stream holds, under the names of the contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from nexy_protocol.encoding import Encoding


class UnevenSensors(ValueError):
    """The sensors of a row have different numbers of bins: there is no matrix of them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sensor:
    """One channel of a row: linear amplitudes, one for each frequency bin."""

    id: int
    intensity: NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SensorRun:
    """Neighbouring sensors of the same shape: `ids` [sensor], `values` [sensor][bin], a view of the message."""

    ids: NDArray[np.int32]
    values: NDArray[np.float32]


class SensorList(Sequence[Sensor]):
    """The sensors of a row in the order of the wire; each is made when it is asked for."""

    def __init__(self, runs: Sequence[SensorRun]) -> None:
        self._runs = runs
        self._length = sum(len(run.ids) for run in runs)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> Sensor: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Sensor]: ...
    def __getitem__(self, index: int | slice) -> Sensor | Sequence[Sensor]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(self._length))]
        left = index + self._length if index < 0 else index
        if left < 0:
            raise IndexError("there is no such sensor")
        for run in self._runs:
            if left < len(run.ids):
                return Sensor(id=int(run.ids[left]), intensity=run.values[left])
            left -= len(run.ids)
        raise IndexError("there is no such sensor")


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """All sensors over [startTimestamp, endTimestamp), epoch milliseconds; `encoding` is how they came."""

    canvasId: str = ""  # noqa: N815  the contract's name
    startTimestamp: int = 0  # noqa: N815
    endTimestamp: int = 0  # noqa: N815
    encoding: Encoding = Encoding.FLOAT
    runs: Sequence[SensorRun] = ()

    @cached_property
    def sensors(self) -> SensorList:
        """Each sensor with its id and its intensities."""
        return SensorList(self.runs)

    @cached_property
    def sensor_ids(self) -> NDArray[np.int32]:
        """The channel numbers, in the order of the wire."""
        return np.concatenate([run.ids for run in self.runs]) if self.runs else np.empty(0, np.int32)

    def to_numpy(self) -> NDArray[np.float32]:
        """[sensor][bin], read only: a view of the message where its shape is regular, else one copy.

        Regular are packed rows, and lists of floats whose sensor numbers take equally many bytes (1-127, 128-16383 …).
        Whoever asks again gets the same matrix. Raises `UnevenSensors`.
        """
        return self._matrix

    @cached_property
    def _matrix(self) -> NDArray[np.float32]:
        if len(self.runs) == 1:
            return self.runs[0].values
        widths = {run.values.shape[1] for run in self.runs}
        if len(widths) > 1:
            raise UnevenSensors(f"the sensors of this row have {min(widths)} to {max(widths)} bins")
        matrix = np.concatenate([run.values for run in self.runs]) if self.runs else np.empty((0, 0), np.float32)
        matrix.flags.writeable = False
        return matrix


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """One message: its rows (this server sends one), the extremes, and its place in the stream.

    `frame_number` starts at 1 and grows by 1; `server_timestamp` is when it was sent (epoch ms); `dropped_frames` how
    many this viewer has lost so far; `size_bytes` how large the message was.
    """

    rows: Sequence[Row] = ()
    current_max_amp: float = 0.0
    current_min_amp: float = 0.0
    frame_number: int = 0
    server_timestamp: int = 0
    dropped_frames: int = 0
    end_of_stream: bool = False
    size_bytes: int = 0

    @property
    def sensor_ids(self) -> NDArray[np.int32]:
        """The channel numbers of the first row."""
        return self.rows[0].sensor_ids if self.rows else np.empty(0, np.int32)

    def to_numpy(self, row: int = 0) -> NDArray[np.float32]:
        """[sensor][bin] of one row; an end-of-stream message has none and gives an empty matrix."""
        return self.rows[row].to_numpy() if self.rows else np.empty((0, 0), np.float32)
