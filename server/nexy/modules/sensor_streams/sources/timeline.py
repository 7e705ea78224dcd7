"""A recording of one or many files as one clip: files on a grid of samples, gaps between them filled with NaN."""

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nexy.modules.sensor_streams.sources.clip import ClipShape
from nexy.modules.sensor_streams.sources.clip_options import ClipOptions
from nexy.modules.sensor_streams.sources.das_clip import DasClip, Probe, probe_part, samples_of, start_of
from nexy.modules.sensor_streams.sources.das_library import NotReadable
from nexy.modules.sensor_streams.sources.das_part import NANOSECONDS, DasPart, scan_part
from nexy.modules.sensor_streams.sources.errors import broken
from nexy.modules.sensor_streams.sources.sample_source import Samples

_WANDERING = 2e-3
_SINGLY = "serve these files singly, each as a source of its own"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A file's samples are [first, first + samples) of the timeline."""

    part: DasPart
    first: int
    samples: int


class Timeline:
    """Grows by whole files; keeps one file open at a time. Its first file decides what the others must be."""

    def __init__(self, source: str, path: Path, options: ClipOptions, most_files: int | None = None) -> None:
        """Raises `NotReadable` where the first file is not readable."""
        self._source = source
        self._options = options
        self._head: DasPart = scan_part(path, options.band)
        self._probe: Probe = probe_part(self._head)
        self._placed: deque[_Placed] = deque(maxlen=most_files)
        self._open: tuple[DasPart, DasClip] | None = None
        self.gaps = 0
        self.missing = 0
        self._place(self._head, 0)

    @property
    def shape(self) -> ClipShape:
        """What it is so far."""
        scaled = self._options.unit or not self._probe.counts or self._head.factor != 1.0
        return ClipShape(
            sample_rate_hz=self._head.sample_rate_hz,
            samples=self.end,
            channels=self._probe.channels,
            start_ns=start_of(self._head, self._probe),
            unit=(self._options.unit or self._head.unit) if scaled else "",
            dtype=self._probe.dtype,
            distance_step_m=self._head.fiber.step,
            fiber_start_m=self._head.fiber.start,
            description=self._description(),
            band_energy=self._head.band_energy,
        )

    @property
    def first_kept(self) -> int:
        """Samples before this one were in files that are forgotten."""
        return self._placed[0].first

    @property
    def end(self) -> int:
        """One past the last sample."""
        return self._placed[-1].first + self._placed[-1].samples

    @property
    def longest_file_seconds(self) -> float:
        """Of the files that are kept."""
        return max(placed.samples for placed in self._placed) / self._head.sample_rate_hz

    def scan(self, path: Path) -> DasPart:
        """Read the header of a file that is to be appended. Raises `NotReadable`."""
        return scan_part(path, self._options.band)

    def append(self, part: DasPart) -> None:
        """Put a file behind the last one. Raises `NotReadable` with what does not fit."""
        self._check_same(part)
        last = self._placed[-1]
        # Against the last file's own clock, not the first one's: a clock that drifts makes no gaps.
        expected_ns = start_of(last.part, self._probe) + last.samples * last.part.step_ns
        late_ns = start_of(part, self._probe) - expected_ns
        # A file may begin up to one sample early or late: its clock and the sampling are not the same.
        missing = round(late_ns / part.step_ns) if abs(late_ns) > part.step_ns else 0
        if missing < 0:
            raise NotReadable(f"{part.path.name} overlaps {last.part.path.name} by {-late_ns / NANOSECONDS:.6g} s")
        self._check_gap(part.path, last.part.path, missing, late_ns)
        self._place(part, self.end + missing)

    def read(self, first: int, samples: int, first_index: int, channels: int) -> Samples:
        """[channels][samples]; what lies in a gap is NaN. Raises `SourceBroken`."""
        out: Samples = np.full((channels, samples), np.nan, np.float32)
        index = max(0, bisect_right(self._placed, first, key=lambda placed: placed.first) - 1)
        while index < len(self._placed) and self._placed[index].first < first + samples:
            placed = self._placed[index]
            start, stop = max(first, placed.first), min(first + samples, placed.first + placed.samples)
            if start < stop:
                values = self._values(placed, start - placed.first, stop - start, first_index, channels)
                if stop - start == samples:
                    return values
                out[:, start - first : stop - first] = values
            index += 1
        return out

    def close(self) -> None:
        """Close the file that is open."""
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def _values(self, placed: _Placed, first: int, samples: int, first_index: int, channels: int) -> Samples:
        try:
            return self._clip(placed.part).read(first, samples, first_index, channels)
        except NotReadable as failed:
            self.close()
            raise broken(self._source, str(failed)) from failed

    def _clip(self, part: DasPart) -> DasClip:
        if self._open is None or self._open[0] is not part:
            self.close()
            self._open = (part, DasClip(part, self._probe, self._options.scale * self._head.factor))
        return self._open[1]

    def _place(self, part: DasPart, first: int) -> None:
        samples = samples_of(part, self._probe)
        if samples < 1:
            raise NotReadable(f"{part.path.name} holds no samples")
        self._placed.append(_Placed(part=part, first=first, samples=samples))

    def _check_same(self, part: DasPart) -> None:
        head, name = self._head, part.path.name
        # Whole rates are declared and must be equal; others are measured by each file's clock and wander a little.
        declared = part.sample_rate_hz.is_integer() and head.sample_rate_hz.is_integer()
        most = 0.0 if declared else _WANDERING * head.sample_rate_hz
        if abs(part.sample_rate_hz - head.sample_rate_hz) > most:
            rates = f"{part.sample_rate_hz:g} Hz, {head.path.name} at {head.sample_rate_hz:g} Hz"
            raise NotReadable(f"{name} is sampled at {rates}: one source has one rate; {_SINGLY}")
        if part.fiber != head.fiber:
            raise NotReadable(f"{name} and {head.path.name} differ in their channels or distances; {_SINGLY}")
        if (part.file_format, part.unit, part.factor) != (head.file_format, head.unit, head.factor):
            raise NotReadable(f"{name} and {head.path.name} differ in format or unit; {_SINGLY}")

    def _check_gap(self, path: Path, before: Path, missing: int, late_ns: int) -> None:
        if not missing:
            return
        seconds = late_ns / NANOSECONDS
        if self._options.refuses_gaps or seconds > self._options.longest_gap_seconds:
            raise NotReadable(
                f"{seconds:.6g} s are missing between {before.name} and {path.name} "
                f"(gaps=fill fills up to max_gap={self._options.longest_gap_seconds:g} s with NaN)"
            )
        self.gaps += 1
        self.missing += missing

    def _description(self) -> str:
        head = self._head
        words = [f"{head.file_format} {head.file_version}, {len(self._placed)} file(s)"]
        if self._probe.counts and self._options.scale == 1.0 and head.factor == 1.0:
            said = f" (the file says {head.unit}, but no factor)" if head.unit else ""
            words.append(f"raw counts{said}")
        if self.gaps:
            words.append(f"{self.gaps} gap(s), {self.missing} samples missing")
        return "; ".join(word for word in (*words, head.note) if word)
