"""What DASCore says of one file: the part of a timeline that it holds. Reads headers only."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nexy.modules.sensor_streams.sources.das_library import NotReadable, check_head, dascore, readable, told

NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fiber:
    """The distances of a file's channels: in a recording of many files they are all the same."""

    dimension: str
    start: float
    stop: float
    step: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DasPart:
    """One file (of several bands: one band) as its header tells it. Labels are DASCore's own times of samples."""

    path: Path
    file_format: str
    file_version: str
    band: int
    bands: int
    first_label_ns: int
    last_label_ns: int
    step_ns: int
    fiber: Fiber
    unit: str
    factor: float
    size: int
    note: str
    band_energy: bool

    @property
    def sample_rate_hz(self) -> float:
        """A whole rate where its step, in whole nanoseconds, is this one (1050 Hz is 952381 ns); else what it says."""
        fitting = range(_floor_rate(self.step_ns + 1) + 1, _floor_rate(self.step_ns - 0.5) + 1)
        if not fitting:
            return NANOSECONDS / self.step_ns
        # Fast rates fit several (96 kHz and 95997 Hz are both 10417 ns): the roundest is meant.
        power = next(
            power for power in (10**6, 10**5, 10**4, 1000, 100, 10, 1) if fitting[-1] // power * power in fitting
        )
        return float(fitting[-1] // power * power)


def _floor_rate(step_ns: float) -> int:
    return int(NANOSECONDS // step_ns)


def scan_part(path: Path, band: int) -> DasPart:
    """Read a file's header. Raises `NotReadable`; `ValidationFailed` where DASCore is not installed."""
    library = dascore()
    check_head(path)
    with readable(path):
        size = path.stat().st_size
        try:
            found = library.scan(path, progress=None)
        except library.exceptions.DASCoreError as failed:
            raise NotReadable(f"{path.name} cannot be read ({told(failed, path)})") from failed
    if not found:
        raise NotReadable(f"{path.name} is in no format that DASCore reads (or it is damaged)")
    if band >= len(found):
        raise NotReadable(f"{path.name} holds {len(found)} band(s), so band={band} must be below that")
    with readable(path):
        return _part(path, size, band, found)


def _part(path: Path, size: int, band: int, found: list[Any]) -> DasPart:
    attrs = found[band]
    dims = tuple(attrs.dims.split(",")) if isinstance(attrs.dims, str) else tuple(attrs.dims)
    if len(dims) != 2 or "time" not in dims:
        raise NotReadable(f"{path.name} has the dimensions {', '.join(dims)}; a recording has time and distance")
    other = dims[0] if dims[1] == "time" else dims[1]
    time = attrs.coords["time"]
    step_ns = _step_ns(path, time.step)
    unit, factor = _unit(attrs.data_units)
    energies = _band_hz(attrs)
    return DasPart(
        path=path,
        file_format=str(attrs.file_format),
        file_version=str(attrs.file_version),
        band=band,
        bands=len(found),
        first_label_ns=_ns(time.min),
        last_label_ns=_ns(time.max),
        step_ns=step_ns,
        fiber=_fiber(other, attrs.coords[other]),
        unit=unit,
        factor=factor,
        size=size,
        note=_note(energies, band, len(found)),
        band_energy=energies is not None,
    )


def _step_ns(path: Path, step: Any) -> int:  # noqa: ANN401  a timedelta64, NaT or None
    ns = _ns(step) if step is not None else 0
    if ns <= 0:
        raise NotReadable(f"{path.name} is not sampled evenly (or holds fewer than two samples)")
    return ns


def _ns(value: Any) -> int:  # noqa: ANN401  datetime64 or timedelta64 of any resolution
    text = str(value.dtype)
    kind = text.partition("[")[0]
    return int(value.astype(f"{kind}[ns]").astype("int64"))


def _fiber(dimension: str, coord: Any) -> Fiber:  # noqa: ANN401  DASCore is untyped here
    try:
        return Fiber(
            dimension=dimension,
            start=float(coord.min),
            stop=float(coord.max),
            step=float(coord.step) if coord.step is not None else 0.0,
        )
    except (TypeError, ValueError):
        # A dimension of names, not of metres.
        return Fiber(dimension=dimension, start=0.0, stop=0.0, step=0.0)


def _unit(quantity: Any) -> tuple[str, float]:  # noqa: ANN401  a pint quantity or None
    if quantity is None:
        return "", 1.0
    # Pint writes strain with the lunate epsilon; people search for the plain one.
    return f"{quantity.units:~C}".replace("**", "^").replace("ϵ", "ε"), float(quantity.magnitude)


def _band_hz(attrs: Any) -> tuple[float, float] | None:  # noqa: ANN401
    low, high = getattr(attrs, "start_frequency", None), getattr(attrs, "end_frequency", None)
    return None if low is None or high is None else (float(low), float(high))


def _note(energies: tuple[float, float] | None, band: int, bands: int) -> str:
    if energies is not None:
        return (
            f"a spectrogram product, not raw samples: energy of band {band} ({energies[0]:g}..{energies[1]:g} Hz) "
            f"over time; choose another with band=0..{bands - 1}"
        )
    return f"part {band} of {bands} in the file" if bands > 1 else ""
