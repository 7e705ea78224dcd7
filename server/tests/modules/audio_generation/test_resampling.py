"""Changing the sample rate."""

import itertools
import math
from array import array

import pytest

from nexy.modules.audio_generation import resampling
from nexy.modules.audio_generation.resampling import LibraryResampler, PackageResampler, SameRate, open_resampler

SOURCE = 22_050
RATES = (8000, 16_000, 24_000, 44_100, 48_000)


def _tone(seconds: float, hertz: float = 440, amplitude: int = 9000) -> bytes:
    frames = round(SOURCE * seconds)
    return array("h", (round(amplitude * math.sin(6.2832 * hertz * n / SOURCE)) for n in range(frames))).tobytes()


def _resampled(resampler: resampling.Resampler, sound: bytes, block: int = 2648) -> bytes:
    parts = [resampler.feed(sound[start : start + block]) for start in range(0, len(sound), block)]
    return b"".join(parts) + resampler.flush()


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("kind", [LibraryResampler, PackageResampler])
def test_the_duration_stays(rate: int, kind: type[LibraryResampler | PackageResampler]) -> None:
    """Resampled sound lasts as long as the original, to the frame."""
    made = _resampled(kind(SOURCE, rate), _tone(1.0))
    assert abs(len(made) // 2 - rate) <= 1


@pytest.mark.parametrize("rate", RATES)
def test_both_ways_to_soxr_agree(rate: int) -> None:
    """The library called directly and the package give the same samples, but for the last bit."""
    sound = _tone(0.3)
    direct = array("h", _resampled(LibraryResampler(SOURCE, rate), sound))
    package = array("h", _resampled(PackageResampler(SOURCE, rate), sound))
    assert len(direct) == len(package)
    assert max(abs(one - other) for one, other in zip(direct, package, strict=True)) <= 1


@pytest.mark.parametrize("block", [2, 100, 2648, 10**6])
def test_blocks_do_not_matter(block: int) -> None:
    """The result is the same however the sound is cut before."""
    sound = _tone(0.1)
    whole = _resampled(LibraryResampler(SOURCE, 48_000), sound)
    assert _resampled(LibraryResampler(SOURCE, 48_000), sound, block) == whole


@pytest.mark.parametrize("kind", [LibraryResampler, PackageResampler])
def test_a_signal_leaves_no_trace_in_the_next(kind: type[LibraryResampler | PackageResampler]) -> None:
    """After a flush the resampler is as new, so equal sentences sound equal."""
    resampler = kind(SOURCE, 48_000)
    first = _resampled(resampler, _tone(0.1))
    _resampled(resampler, _tone(0.05, hertz=2000))
    assert _resampled(resampler, _tone(0.1)) == first


def test_a_tone_stays_the_tone() -> None:
    """Frequency and loudness survive: 440 Hz at 48 kHz crosses zero 880 times a second."""
    made = array("h", _resampled(LibraryResampler(SOURCE, 48_000), _tone(1.0)))
    middle = made[4800:43_200]
    crossings = sum((one < 0) != (other < 0) for one, other in itertools.pairwise(middle))
    assert crossings == pytest.approx(880 * 0.8, abs=2)
    assert max(middle) == pytest.approx(9000, rel=0.01)


@pytest.mark.parametrize("kind", [LibraryResampler, PackageResampler])
def test_loud_sound_is_clipped_not_wrapped(kind: type[LibraryResampler | PackageResampler]) -> None:
    """Overshoot at full scale stays at the limit instead of turning into the opposite sign."""
    square = array("h", ([32_767] * 25 + [-32_768] * 25) * 20).tobytes()
    made = array("h", _resampled(kind(SOURCE, 48_000), square))
    high = [sample for sample in made[600:-600] if sample > 30_000]
    jumps = [abs(one - other) for one, other in itertools.pairwise(made)]
    assert max(high) == 32_767
    assert max(jumps) < 60_000


def test_the_engines_own_rate_needs_nothing() -> None:
    """At equal rates the sound passes untouched."""
    resampler = open_resampler(SOURCE, SOURCE)
    assert isinstance(resampler, SameRate)
    assert _resampled(resampler, _tone(0.1)) == _tone(0.1)


def test_the_light_way_is_taken_here() -> None:
    """With the wheels that we pin, a worker needs no numpy."""
    assert isinstance(open_resampler(SOURCE, 48_000), LibraryResampler)


def test_a_hidden_interface_falls_back_to_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the library cannot be called directly, the package does the work."""

    def missing() -> None:
        raise OSError("no library")

    monkeypatch.setattr(resampling, "_library_path", missing)
    resampler = open_resampler(SOURCE, 48_000)
    assert isinstance(resampler, PackageResampler)
    assert abs(len(_resampled(resampler, _tone(0.5))) // 2 - 24_000) <= 1
