"""Amplitudes: calibrated, exact where they must be, never anything but numbers."""

import numpy as np
import pytest

from nexy.modules.sensor_streams.spectra.bins import DisplayBins
from nexy.modules.sensor_streams.spectra.stft import Floats, Spectrometer, hann
from support.fake_fibre import tone


def _bins(nfft: int, count: int | None = None) -> DisplayBins:
    return DisplayBins(first=0, last=nfft // 2, count=count or nfft // 2 + 1)


def _row(samples: Floats, bins: DisplayBins) -> tuple[Floats, float, float]:
    out = np.empty((len(samples), bins.count), np.float32)
    highest, lowest = Spectrometer(samples.shape[1], bins).row(samples, out)
    return out, highest, lowest


@pytest.mark.parametrize("nfft", [128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536])
@pytest.mark.parametrize("share", [0.02, 0.25, 0.9])
def test_a_tone_at_a_bin_reads_its_amplitude(nfft: int, share: float) -> None:
    """Within 1 % at every length, and everything beyond the window's main lobe is far below it."""
    number = max(2, round(share * nfft / 2))
    samples = tone(number * 1000.0 / nfft, 3.7, nfft)[np.newaxis]
    row, highest, _lowest = _row(samples, _bins(nfft))
    assert row[0, number] == pytest.approx(3.7, rel=0.01)
    assert highest == row[0, number]
    assert np.argmax(row[0]) == number
    assert np.delete(row[0], range(number - 1, number + 2)).max() < 0.001 * 3.7


@pytest.mark.parametrize("amplitude", [1e-12, 1e-9, 1.0, 1e9])
def test_the_unit_does_not_matter(amplitude: float) -> None:
    """Strain rates of 1e-12 and counts of 1e9 are equally right."""
    row, _highest, _lowest = _row(tone(125.0, amplitude, 1024)[np.newaxis], _bins(1024))
    assert row[0, 128] == pytest.approx(amplitude, rel=0.01)


def test_dc_and_nyquist_count_once() -> None:
    """A constant reads itself, and so does a signal that alternates at every sample."""
    constant = np.full(256, 2.5, np.float32)
    alternating = np.where(np.arange(256) % 2, -1.5, 1.5).astype(np.float32)
    row, _highest, _lowest = _row(np.stack([constant, alternating]), _bins(256))
    assert row[0, 0] == pytest.approx(2.5, rel=1e-4)
    assert row[1, -1] == pytest.approx(1.5, rel=1e-4)


def test_a_tone_between_bins_loses_no_more_than_the_scalloping() -> None:
    """The worst case of the Hann window is 1.42 dB."""
    row, _highest, _lowest = _row(tone(100.5 * 1000 / 1024, 1.0, 1024)[np.newaxis], _bins(1024))
    assert 10 ** (-1.43 / 20) < row[0].max() < 0.86


@pytest.mark.parametrize("count", [1, 7, 32, 64, 200, 256, 300, 512])
def test_a_display_bin_is_the_largest_of_its_members(count: int) -> None:
    """However many bins share a group, the gathered maximum equals the one computed bin by bin."""
    samples = np.random.default_rng(7).standard_normal((70, 1024), dtype=np.float32)
    every, _highest, _lowest = _row(samples, _bins(1024))
    bins = _bins(1024, count)
    grouped, highest, lowest = _row(samples, bins)
    ends = (*bins.starts[1:], bins.members)
    for group, (first, end) in enumerate(zip(bins.starts, ends, strict=True)):
        assert np.array_equal(grouped[:, group], every[:, first:end].max(axis=1))
    assert (highest, lowest) == (float(grouped.max()), float(grouped.min()))


def test_a_range_of_bins_is_cut_out() -> None:
    """What lies outside of the frequency range is not shown, and inside nothing changes."""
    samples = np.random.default_rng(7).standard_normal((3, 512), dtype=np.float32)
    every, _highest, _lowest = _row(samples, _bins(512))
    cut, _highest, _lowest = _row(samples, DisplayBins(first=10, last=29, count=20))
    assert np.array_equal(cut, every[:, 10:30])


def test_chunks_do_not_show() -> None:
    """A channel's spectrum does not depend on how many others are computed with it, nor on what came before."""
    samples = np.random.default_rng(7).standard_normal((1000, 2048), dtype=np.float32)
    meter, out = Spectrometer(2048, _bins(2048)), np.empty((1000, 1025), np.float32)
    meter.row(samples[::-1], out)
    meter.row(samples, out)
    alone, _highest, _lowest = _row(samples[777:778], _bins(2048))
    assert np.allclose(out[777:778], alone, rtol=1e-5, atol=1e-6)


def test_it_agrees_with_double_precision() -> None:
    """Against numpy's transform in float64: within a millionth of the largest value."""
    samples = np.random.default_rng(7).standard_normal((5, 1024), dtype=np.float32)
    exact = 2 * np.abs(np.fft.rfft(samples.astype(np.float64) * hann(1024))) / hann(1024).sum()
    exact[:, [0, -1]] /= 2
    row, _highest, _lowest = _row(samples, _bins(1024))
    assert np.abs(row - exact).max() < 1e-6 * exact.max()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 3e38])
def test_a_channel_without_numbers_reads_zero(bad: float) -> None:
    """It never spreads to its neighbours, and extremes are of what is sent."""
    samples = np.random.default_rng(7).standard_normal((4, 256), dtype=np.float32)
    good, _highest, _lowest = _row(samples, _bins(256))
    samples[2, ::3] = bad
    samples[2, 1::3] = -bad
    row, highest, lowest = _row(samples, _bins(256))
    assert np.isfinite(row).all()
    assert not row[2].any() or bad == 3e38
    assert np.array_equal(row[[0, 1, 3]], good[[0, 1, 3]])
    assert (highest, lowest) == (float(row.max()), float(row.min()))


def test_a_dead_channel_reads_zero() -> None:
    """All zeros stay all zeros."""
    row, highest, lowest = _row(np.zeros((2, 128), np.float32), _bins(128))
    assert not row.any()
    assert (highest, lowest) == (0.0, 0.0)
