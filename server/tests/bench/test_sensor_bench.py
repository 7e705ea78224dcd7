"""The sensor benchmark: its parts run, and its table judges what it says it judges."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from bench.sensor import wire, wire_variants
from bench.sensor.live import FIBRE, SHARED, LiveFigure, LiveLoad, Watched, measure, p95
from bench.sensor.report import SensorResults, mark, report
from bench.sensor.stft import LOADS, StftFigure
from bench.sensor.validator_overhead import Overhead
from bench.sensor.wire import WireFigure
from bench.voice.accounting import Cores
from bench.voice.servers import ROOT

from nexy_protocol.datastream_pb2 import DataStream


def _wire(variant: str, rate: float) -> WireFigure:
    return WireFigure(variant=variant, frames_per_s=rate, least=rate, most=rate, mb_per_s=rate, client_ms=1.0)


def _spectra(way: str, times: float) -> StftFigure:
    return StftFigure(load=LOADS[0].name, way=way, times_real_time=times, least=times, most=times)


def _live(load: LiveLoad, *, rows: int = 256, last: int | None = None, cpu: float = 0.5) -> LiveFigure:
    seen = Watched(delays_ms=[4.0] * rows, ages_ms=[1010.0] * rows, first=1, last=last or rows)
    return LiveFigure(
        load=load, streams=1, due_per_s=25.6, seconds=10.0, server_cpu=0.1, all_cpu=cpu, watched=[seen, seen]
    )


def _overhead(percent: float) -> Overhead:
    return Overhead(
        server_ms=0.6, client_ms=0.7, client_with_ms=0.75, validator_ms=0.05, stream_percent=percent,
        client_percent=7.0, grown_percent=4.0,
    )  # fmt: skip


GOOD = SensorResults(
    wire=[_wire("naive", 9), _wire("template", 300), _wire("raw", 650)],
    stft=[_spectra("ours", 61), _spectra("ShortTimeFFT", 8)],
    live=[_live(FIBRE), _live(SHARED[0])],
    validator=_overhead(4.9),
)


def _missed(results: SensorResults) -> list[str]:
    return [verdict.name for verdict in results.verdicts if not verdict.met]


def test_good_figures_miss_nothing_and_stand_beside_their_baseline() -> None:
    """Each line has its mark: the wire meets its must, the spectra their aim, the live fibre its core."""
    assert _missed(GOOD) == []
    told = report(GOOD)
    assert "33.3×" in told
    assert "≥ 250 / 450: met" in told
    assert "≥ 35× / 60×: aim met" in told
    assert "real time on ≤ 1 core: met; p95 < 1000 ms: met" in told
    assert "pyfftw is not installed" in told
    assert "validator_overhead`): met" in told


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"wire": [_wire("naive", 9), _wire("template", 249)]}, "template: frames/s"),
        ({"stft": [_spectra("ours", 34.9), _spectra("ShortTimeFFT", 8)]}, "real time"),
        ({"live": [_live(FIBRE, cpu=1.01)]}, "one core in real time"),
        ({"live": [_live(FIBRE, rows=240)]}, "one core in real time"),
        ({"live": [_live(FIBRE, last=258)]}, "one core in real time"),
        ({"validator": _overhead(5.1)}, "validator's share"),
    ],
)
def test_a_figure_beyond_its_must_is_missed(change: dict[str, object], name: str) -> None:
    """Too few frames, slow spectra, more than a core, too few rows, lost rows, a costly validator: each is named."""
    bad = dataclasses.replace(GOOD, **change)  # type: ignore[arg-type]
    (missed,) = _missed(bad)
    assert name in missed
    assert "MISSED" in report(bad)


def test_late_frames_are_missed() -> None:
    """p95 from sending to the array, not the age: that holds half a window."""
    seen = Watched(delays_ms=[1001.0] * 256, ages_ms=[0.0] * 256, first=1, last=256)
    late = dataclasses.replace(_live(SHARED[0]), watched=[seen])
    assert _missed(dataclasses.replace(GOOD, live=[late])) == [f"{SHARED[0].name}: p95"]


def test_marks() -> None:
    """More is better."""
    assert [mark(value, 35, 60) for value in (34.9, 35, 59.9, 60)] == ["MISSED", "met", "met", "aim met"]
    assert p95([float(number) for number in range(101)]) == 95.0


def test_every_schema_variant_says_the_same() -> None:
    """Naive, list, twin and ours write identical intensities; so nobody wins by sending less."""
    frame = np.random.default_rng(3).random((5, 7), np.float32)
    for name in ("naive", "list", "twin", "template"):
        message = DataStream.FromString(wire_variants.VARIANTS[name].write(frame, 3))
        assert np.array_equal(np.array([each.intensity for each in message.rows[0].sensors], np.float32), frame)
        assert [each.id for each in message.rows[0].sensors] == [1, 2, 3, 4, 5]
    assert len(wire_variants.VARIANTS["raw"].write(frame, 3)) == frame.nbytes


@pytest.mark.long
def test_the_wire_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server process of its own for each way, small frames, every frame received."""
    monkeypatch.setattr(wire, "SENSORS", 20)
    monkeypatch.setattr(wire, "BINS", 8)
    monkeypatch.chdir(ROOT)
    figures = wire.measure(["naive", "template", "packed_u8", "raw"], 1)
    assert [one.variant for one in figures] == ["naive", "template", "packed_u8", "raw"]
    assert all(one.frames_per_s > 0 and one.client_ms > 0 for one in figures)


@pytest.mark.long
async def test_a_live_fibre_is_measured() -> None:
    """Two viewers of a small fibre: both see every row, and processor time is counted."""
    cores = Cores.ours()
    small = LiveLoad(name="small", channels=8, nfft=128, bins=16, viewers=2)
    figure = await measure(small, 1.0, cores)
    assert (figure.streams, len(figure.watched), figure.lost) == (1, 2, 0)
    assert figure.rows_per_s > 10
    assert 0 < figure.server_cpu <= figure.all_cpu
    assert figure.age_p95_ms > figure.delay_p95_ms


def test_help_says_what_it_does() -> None:
    """The command line is there, and --quick with it."""
    ran = subprocess.run(
        (sys.executable, "-m", "bench.sensor", "--help"), cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "--quick" in ran.stdout
