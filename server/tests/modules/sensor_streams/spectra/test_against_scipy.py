"""The whole of the spectra against SciPy's own short-time transform, which shares no line with ours."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.signal import ShortTimeFFT
from scipy.signal.windows import hann

from nexy.modules.sensor_streams.spectra.bins import display_bins
from nexy.modules.sensor_streams.spectra.stft import Floats, Spectrometer

POWERS = st.sampled_from([128, 256, 512, 1024, 2048])


def _reference(samples: Floats, nfft: int, rate: float) -> np.ndarray:
    """Amplitudes [channel][bin] of the one window, in float64."""
    transform = ShortTimeFFT(hann(nfft, sym=False), nfft, rate, fft_mode="onesided2X", scale_to="magnitude")
    # Slice 0 is centred on sample 0: half a window of what does not matter is put before.
    padded = np.concatenate([np.zeros((len(samples), nfft // 2)), samples], axis=1)
    spectra: np.ndarray = np.abs(transform.stft(padded, p0=1, p1=2, axis=-1))[:, :, 0]
    return spectra


@settings(max_examples=120, deadline=None)
@given(
    nfft=POWERS,
    channels=st.integers(1, 40),
    rate=st.sampled_from([25.6, 100.0, 1000.0, 2500.0, 48_000.0]),
    shares=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    height=st.integers(1, 1500),
    exponent=st.integers(-12, 9),
    seed=st.integers(0, 2**32 - 1),
)
def test_every_display_bin_is_the_largest_member_that_scipy_finds(
    nfft: int, channels: int, rate: float, shares: tuple[float, float], height: int, exponent: int, seed: int
) -> None:
    """Any range, any height, any unit: within float32 of the largest amplitude; extremes are those of what is sent."""
    lowest, highest = (share * rate / 2 for share in sorted(shares))
    bins = display_bins(nfft, rate / nfft, lowest, highest, height)
    assume(bins is not None)
    assert bins is not None
    normal = np.random.default_rng(seed).standard_normal((channels, nfft), dtype=np.float32)
    samples = normal * np.float32(10.0**exponent)
    out = np.empty((channels, bins.count), np.float32)
    extremes = Spectrometer(nfft, bins).row(samples, out)

    exact = _reference(samples, nfft, rate)
    edges = (*bins.starts, bins.members)
    members = exact[:, bins.first : bins.last + 1]
    wanted = np.stack([members[:, edges[g] : edges[g + 1]].max(axis=1) for g in range(bins.count)], axis=1)
    assert np.abs(out - wanted).max() <= 2e-6 * exact.max()
    assert extremes == (float(out.max()), float(out.min()))


@settings(max_examples=60, deadline=None)
@given(nfft=POWERS, data=st.data(), amplitude=st.floats(1e-9, 1e9))
def test_a_tone_at_any_bin_reads_its_amplitude(nfft: int, data: st.DataObject, amplitude: float) -> None:
    """From the first bin whose main lobe is clear of DC to the last that is clear of Nyquist, whatever the phase."""
    number = data.draw(st.integers(2, nfft // 2 - 2))
    phase = data.draw(st.floats(0, 2 * np.pi))
    wave = amplitude * np.sin(2 * np.pi * number * np.arange(nfft) / nfft + phase)
    bins = display_bins(nfft, 1.0, 0.0, nfft / 2, nfft)
    assert bins is not None
    out = np.empty((1, bins.count), np.float32)
    Spectrometer(nfft, bins).row(wave.astype(np.float32)[np.newaxis], out)
    assert int(out.argmax()) == number
    assert out.max() == pytest.approx(amplitude, rel=0.001)
