"""The computed fibre is what was asked for."""

import time

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexy.modules.sensor_streams.sources.live_clock import ANCHOR_NS
from support.sources import Clock, Open


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bin_number=st.integers(1, 511), amplitude=st.floats(1e-9, 1e6), first=st.integers(0, 10**6))
def test_a_tone_has_its_frequency_and_amplitude(opened: Open, bin_number: int, amplitude: float, first: int) -> None:
    """A tone at a bin's centre is in that bin alone, with its amplitude within 1e-5, wherever the window begins."""
    hertz = bin_number * 1000 / 1024
    tone = f"3:{hertz!r}:{amplitude!r}"
    source = opened("synthetic", tones=tone, noise="0", duration="2000")
    window = source.read(first, 1024, 0, 5)
    spectrum = 2 * np.abs(np.fft.rfft(window[3].astype(np.float64))) / 1024
    assert spectrum[bin_number] == pytest.approx(amplitude, rel=1e-5)
    spectrum[bin_number] = 0
    assert spectrum.max() < amplitude * 1e-5
    assert not window[[0, 1, 2, 4]].any()


def test_a_tone_keeps_its_phase_after_days(opened: Open) -> None:
    """Ten days on, a sample is what exact arithmetic says."""
    source = opened("synthetic", tones="0:33.3:1", noise="0", channels="1", duration="900000")
    first = 863_999_123
    turns = [(333 * (first + number) % 10_000) / 10_000 for number in range(500)]
    np.testing.assert_allclose(source.read(first, 500, 0, 1)[0], np.sin(2 * np.pi * np.array(turns)), atol=1e-6)


def test_noise_has_its_power_and_differs_between_channels(opened: Open) -> None:
    """Root mean square as asked for, white, and not correlated between channels or blocks."""
    samples = opened("synthetic", noise="0.2", channels="8", duration="100").read(0, 80_000, 0, 8)
    assert samples.std(axis=1) == pytest.approx(0.2, rel=0.02)
    assert np.abs(np.corrcoef(samples) - np.eye(8)).max() < 0.03
    blocks = samples[0, : 4096 * 16].reshape(16, 4096)
    assert np.abs(np.corrcoef(blocks) - np.eye(16)).max() < 0.1


def test_the_same_options_give_the_same_samples(opened: Open) -> None:
    """Two openings agree bit for bit; another seed does not."""
    one, two, other = (opened("synthetic", duration="10", seed=seed).read(123, 999, 5, 9) for seed in ("1", "1", "2"))
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)


def test_a_vehicle_moves_along_the_fibre(opened: Open) -> None:
    """At 20 m/s and 1 m between channels it is loudest on channel c after c / 20 seconds."""
    samples = opened("synthetic", vehicle="20", noise="0", duration="20").read(0, 10_000, 0, 100)
    for channel in (40, 60, 99):
        assert np.argmax(samples[channel]) == round(channel / 20 * 1000)
        assert samples[channel].max() == pytest.approx(1.0)


def test_steps_walk_along_the_fibre(opened: Open) -> None:
    """Every 0.55 s a step, 0.75 m further."""
    samples = opened("synthetic", footsteps="yes", noise="0", duration="60").read(0, 20_000, 0, 100)
    for number in (4, 8, 20):
        window = samples[:, number * 550 : number * 550 + 100]
        assert np.argmax(np.abs(window).max(axis=1)) == int(number * 0.75)


def test_broken_sensors_are_made_and_flagged(opened: Open) -> None:
    """Dead ones are zero, others hold no numbers; channel numbers count from first_channel."""
    source = opened("synthetic", dead="12;14-15", nan="17", first_channel="10", channels="10", duration="1")
    assert (source.facts.dead_channels, source.facts.nan_channels) == ((12, 14, 15), (17,))
    samples = source.read(0, 100, 11, 8)
    assert not samples[[1, 3, 4]].any()
    assert np.isnan(samples[6]).all()
    assert np.isfinite(samples[[0, 2, 5, 7]]).all()


def test_with_a_duration_it_is_historic_else_live(opened: Open, clock: Clock) -> None:
    """A live one grows with the clock from a fixed beginning; a historic one is whole."""
    clock.ns = ANCHOR_NS + 5_000_000_000
    live = opened("synthetic", rate="512")
    past = opened("synthetic", duration="3", start="1000.5")
    assert (live.facts.live, live.facts.samples, live.available()) == (True, None, 2560)
    assert (past.facts.live, past.facts.samples, past.facts.start_ns) == (False, 3000, 1_000_500_000_000)
    assert (live.facts.sample_rate_hz, live.facts.unit) == (512.0, "strain/s")


def test_a_far_live_edge_costs_no_more_than_a_near_one(opened: Open, clock: Clock) -> None:
    """Any sample is computed without those before it: after years a read is still at once."""
    clock.ns = ANCHOR_NS + 10 * 365 * 86400 * 10**9
    source = opened("synthetic", tones="*:50:1", vehicle="10", footsteps="yes", channels="10")
    began = time.process_time()
    source.read(source.available() - 1000, 1000, 0, 10)
    assert time.process_time() - began < 2


def test_without_options_there_are_tones_a_vehicle_and_footsteps(opened: Open, clock: Clock) -> None:
    """Each tone on its channels alone with its frequency and amplitude, and the description tells all of them."""
    source = opened("synthetic")
    clock.forward(60)
    spectra = 2 * np.abs(np.fft.rfft(source.read(0, 1024, 0, 100).astype(np.float64))) / 1024
    for first, hertz, amplitude in ((10, 62.5, 1.0), (40, 125.0, 0.5), (70, 250.0, 0.25)):
        heard = spectra[:, round(hertz * 1024 / 1000)]
        assert heard[first : first + 10] == pytest.approx(amplitude, abs=0.02)
        assert np.delete(heard, range(first, first + 10)).max() < 0.05
        assert f"channels {first}-{first + 9}: {hertz:g} Hz, amplitude {amplitude:g}" in source.facts.description
    for words in ("a vehicle each minute at 20 m/s", "footsteps", "noise 0.01 rms"):
        assert words in source.facts.description


def test_what_is_ordered_is_told(opened: Open) -> None:
    """With any option the demonstration is gone; many tones are counted."""
    assert opened("synthetic", channels="4").facts.description == "computed: noise 0.01 rms"
    tones = ";".join(f"{channel}:10:1" for channel in range(10))
    told = opened("synthetic", tones=tones, noise="0", first_channel="0").facts.description
    assert told.startswith("computed: channels 0: 10 Hz")
    assert told.endswith("channels 7: 10 Hz, amplitude 1; 2 tones more")
    assert opened("synthetic", noise="0").facts.description == "computed"
