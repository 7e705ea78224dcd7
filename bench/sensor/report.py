"""The sensor section of docs/benchmarks.md: every figure beside its baseline and what must hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.section import table
from bench.sensor import stft, wire
from bench.sensor.live import FIBRE, LiveFigure
from bench.sensor.stft import StftFigure
from bench.sensor.validator_overhead import Overhead
from bench.sensor.validator_overhead import told as told_overhead
from bench.sensor.wire import WireFigure

_WIRE_NAMES = {
    "naive": "naive: `intensity.extend(ndarray)`, public classes on both sides",
    "list": "list: the same with `tolist()`",
    "twin": "twin descriptor, our client",
    "template": "**ours, FLOAT** (documented schema), our client",
    "packed_f32": "ours, PACKED_F32, our client",
    "packed_u8": "ours, PACKED_U8 (its decibels computed), our client",
    "raw": "raw: bytes over bare gRPC, nothing decoded",
}
_DOCUMENTED = "template"
_LATENCY_MUST_MS = 1000.0
_ONE_CORE = 1.0
# A row more or less at either edge of what was counted.
_IN_REAL_TIME = 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a figure that must hold does."""

    name: str
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorResults:
    """Everything that was measured."""

    wire: Sequence[WireFigure]
    stft: Sequence[StftFigure]
    live: Sequence[LiveFigure]
    validator: Overhead

    @property
    def verdicts(self) -> Sequence[Verdict]:
        """One for each figure with a bound of its own."""
        found = [
            Verdict(name=f"{one.variant}: frames/s", met=one.frames_per_s >= wire.MUST)
            for one in self.wire
            if one.variant == _DOCUMENTED
        ]
        judged = stft.LOADS[0].name
        found += [
            Verdict(name=f"{one.load}: × real time", met=one.times_real_time >= stft.MUST)
            for one in self.stft
            if one.way == "ours" and one.load == judged
        ]
        for one in self.live:
            found.append(Verdict(name=f"{one.load.name}: p95", met=one.delay_p95_ms < _LATENCY_MUST_MS))
            if one.load == FIBRE:
                found.append(Verdict(name=f"{one.load.name}: one core in real time", met=_keeps_up(one)))
        return [*found, Verdict(name="validator's share of the stream's CPU", met=self.validator.holds)]


def _keeps_up(one: LiveFigure) -> bool:
    return one.rows_per_s >= _IN_REAL_TIME * one.due_per_s and one.all_cpu <= _ONE_CORE and not one.lost


def mark(value: float, must: float, aim: float) -> str:
    """How a figure where more is better stands to its marks."""
    return "aim met" if value >= aim else "met" if value >= must else "MISSED"


def report(results: SensorResults) -> str:
    """Markdown that a terminal shows well enough."""
    parts = [
        _wire_part(results.wire),
        _stft_part(results.stft),
        _live_part(results.live),
        _validator_part(results.validator),
    ]
    return "\n\n".join(parts)


def _wire_part(figures: Sequence[WireFigure]) -> str:
    naive = next((one.frames_per_s for one in figures if one.variant == "naive"), None)
    rows = [
        (
            _WIRE_NAMES[one.variant],
            f"{one.frames_per_s:.0f}",
            f"{one.least:.0f} to {one.most:.0f}",
            f"{one.mb_per_s:.0f}",
            f"{one.frames_per_s / naive:.1f}×" if naive else "",
            f"{one.client_ms:.2f}",
            f"≥ {wire.MUST} / {wire.AIM}: {mark(one.frames_per_s, wire.MUST, wire.AIM)}"
            if one.variant == _DOCUMENTED
            else "",
        )
        for one in figures
    ]
    head = ("way", "frames/s", "least to most", "MB/s", "to naive", "client CPU ms/frame", "must / aim")
    return (
        f"Frames of {wire.SENSORS} × {wire.BINS} float32 that lie computed, over loopback gRPC, server on one core and "
        f"client on the other, client included; ways in turns, median of the rounds.\n\n{table(head, rows)}"
    )


def _stft_part(figures: Sequence[StftFigure]) -> str:
    scipy = {one.load: one.times_real_time for one in figures if one.way == "ShortTimeFFT"}
    judged = stft.LOADS[0].name
    rows = [
        (
            one.load,
            one.way,
            f"{one.times_real_time:.1f}×",
            f"{one.least:.1f} to {one.most:.1f}",
            f"{one.times_real_time / scipy[one.load]:.1f}×" if one.load in scipy else "",
            f"≥ {stft.MUST:.0f}× / {stft.AIM:.0f}×: {mark(one.times_real_time, stft.MUST, stft.AIM)}"
            if one.way == "ours" and one.load == judged
            else "",
        )
        for one in figures
    ]
    absent = "" if any(one.way == "pyfftw" for one in figures) else " pyfftw is not installed and was left out."
    head = ("spectra", "way", "real time", "least to most", "to ShortTimeFFT", "must / aim")
    return (
        "Spectra alone, seconds of signal per processor second on one core, 1 kHz; ours is scipy.fft in chunks of "
        f"channels that fit the cache, float32.{absent}\n\n{table(head, rows)}"
    )


def _live_part(figures: Sequence[LiveFigure]) -> str:
    rows = [
        (
            one.load.name,
            f"{one.load.viewers} × {one.streams}",
            f"{one.rows_per_s:.1f} of {one.due_per_s:.1f}, {one.lost} lost",
            f"{one.server_cpu:.3f}",
            f"{one.all_cpu:.3f}",
            f"{one.delay_p95_ms:.1f}",
            f"{one.age_p95_ms:.0f}",
            f"{one.viewers_per_core:.0f}" if one.load != FIBRE else "",
            _live_marks(one),
        )
        for one in figures
    ]
    head = (
        "live fibre, `nexy serve`", "viewers × streams", "rows/s of the slowest", "server CPU s/s", "with workers",
        "p95 ms", "age p95 ms", "viewers/core", "must",
    )  # fmt: skip
    return (
        "End to end: computed fibre of 1 kHz, workers, server, gRPC, our client; server and workers share one core, "
        "the client has the other. p95 is from the server's sending to the client's array, age from the end of the "
        "row's time, which holds half a window of waiting (nfft / 2 samples). Viewers per core: viewers / the server's "
        f"share of its core, all of one stream at 25.6 rows/s, computing it not counted.\n\n{table(head, rows)}"
    )


def _live_marks(one: LiveFigure) -> str:
    latency = f"p95 < {_LATENCY_MUST_MS:.0f} ms: {'met' if one.delay_p95_ms < _LATENCY_MUST_MS else 'MISSED'}"
    if one.load != FIBRE:
        return latency
    return f"real time on ≤ 1 core: {'met' if _keeps_up(one) else 'MISSED'}; {latency}"


def _validator_part(overhead: Overhead) -> str:
    said = "met" if overhead.holds else "MISSED"
    return (
        "The validator beside the stream, frames of 1000 × 256 in FLOAT, client with and without it in turns "
        f"(`python -m bench.sensor.validator_overhead`): {said}.\n\n```\n{told_overhead(overhead)}\n```"
    )
