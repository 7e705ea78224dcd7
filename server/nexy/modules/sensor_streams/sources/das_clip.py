"""The samples of one recorded file, read in bounded slices."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nexy.modules.sensor_streams.sources.clip import PIECE_BYTES
from nexy.modules.sensor_streams.sources.das_array import StoredArray, find_array
from nexy.modules.sensor_streams.sources.das_library import NotReadable, dascore, readable, told
from nexy.modules.sensor_streams.sources.das_part import DasPart
from nexy.modules.sensor_streams.sources.sample_source import Samples

_PROBED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What only reading tells, the same for all files of a recording.

    DASCore's Febus reader leaves out the first label of what its header promises; `skipped_*` count such samples.
    """

    channels: int
    dtype: str
    skipped_first: int
    skipped_last: int

    @property
    def counts(self) -> bool:
        """Whether samples are whole numbers straight from a converter: no unit can be right for them."""
        return np.dtype(self.dtype).kind in "iu"


def probe_part(part: DasPart) -> Probe:
    """Read a few samples at both ends. Raises `NotReadable`."""
    head = _labelled(part, part.first_label_ns, part.first_label_ns + _PROBED * part.step_ns)
    tail = _labelled(part, part.last_label_ns - _PROBED * part.step_ns, part.last_label_ns)
    return Probe(
        channels=head.values.shape[1],
        dtype=head.values.dtype.name,
        skipped_first=round((head.first_ns - part.first_label_ns) / part.step_ns),
        skipped_last=round((part.last_label_ns - tail.last_ns) / part.step_ns),
    )


def samples_of(part: DasPart, probe: Probe) -> int:
    """How many samples a file holds."""
    labels = round((part.last_label_ns - part.first_label_ns) / part.step_ns) + 1
    return labels - probe.skipped_first - probe.skipped_last


def start_of(part: DasPart, probe: Probe) -> int:
    """When the first sample of a file was taken."""
    return part.first_label_ns + probe.skipped_first * part.step_ns


class DasClip:
    """One open file; indexes count from its first sample and first channel. Close it after use.

    Where DASCore's array lies in the file as it is, slices come straight from there (twenty times as fast as parsing
    the header for each slice); else through DASCore.
    """

    def __init__(self, part: DasPart, probe: Probe, scale: float) -> None:
        self._part = part
        self._probe = probe
        self._scale = np.float32(scale)
        self._samples = samples_of(part, probe)
        self._array: StoredArray | None = self._found()

    def read(self, first: int, samples: int, first_index: int, channels: int) -> Samples:
        """Exactly [channels][samples] in the unit of the recording. Raises `NotReadable`."""
        self._check_unchanged()
        out: Samples = np.empty((channels, samples), np.float32)
        row_bytes = 4 * (channels if self._array else self._probe.channels)
        piece = max(1, PIECE_BYTES // row_bytes)
        for done in range(0, samples, piece):
            count = min(piece, samples - done)
            values = self._rows(first + done, count, first_index, channels)
            np.multiply(values.T, self._scale, out=out[:, done : done + count], casting="unsafe")
        return out

    def close(self) -> None:
        """Let go of the file."""
        if self._array is not None:
            self._array.close()
            self._array = None

    def _rows(self, first: int, count: int, first_index: int, channels: int) -> NDArray[Any]:
        """[sample][channel] as stored."""
        if self._array is not None:
            with readable(self._part.path):
                return self._array.rows(first, count, first_index, channels)
        start = start_of(self._part, self._probe) + first * self._part.step_ns
        found = _labelled(self._part, start, start + (count - 1) * self._part.step_ns).values
        if found.shape != (count, self._probe.channels):
            raise NotReadable(f"{self._part.path.name} gave {found.shape[0]} of {count} samples: it has changed")
        return found[:, first_index : first_index + channels]

    def _check_unchanged(self) -> None:
        """A file that shrinks may still read as zeros; its length tells."""
        path = self._part.path
        with readable(path):
            size = path.stat().st_size
        if size < self._part.size:
            raise NotReadable(f"{path.name} became shorter while it was read ({self._part.size} → {size} bytes)")

    def _found(self) -> StoredArray | None:
        if not self._part.path.is_file():
            return None
        start, count = start_of(self._part, self._probe), min(_PROBED, self._samples)
        span = (count - 1) * self._part.step_ns
        last = start + (self._samples - 1) * self._part.step_ns
        head = _labelled(self._part, start, start + span).values
        tail = _labelled(self._part, last - span, last).values
        return find_array(self._part.path, (self._samples, self._probe.channels), head, tail)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Labelled:
    values: NDArray[Any]
    first_ns: int
    last_ns: int


def _labelled(part: DasPart, first_ns: int, last_ns: int) -> _Labelled:
    """[sample][channel] of the samples labelled within, both ends included, through DASCore."""
    library = dascore()
    # Half a step on both sides: labels are compared as times, and a rounded one must not fall out.
    half = part.step_ns // 2
    span = (np.datetime64(first_ns - half, "ns"), np.datetime64(last_ns + half, "ns"))
    with readable(part.path):
        try:
            spool = library.read(part.path, file_format=part.file_format, file_version=part.file_version, time=span)
            patch = spool[part.band]
        except library.exceptions.DASCoreError as failed:
            raise NotReadable(f"{part.path.name} cannot be read ({told(failed, part.path)})") from failed
        time = patch.get_coord("time")
        values = np.asarray(patch.data)
        return _Labelled(
            values=values if patch.dims[0] == "time" else values.T,
            first_ns=int(time.min().astype("datetime64[ns]").astype(np.int64)),
            last_ns=int(time.max().astype("datetime64[ns]").astype(np.int64)),
        )
