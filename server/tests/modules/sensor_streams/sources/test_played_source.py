"""Recordings played as if they happened now."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexy.contracts.errors import ValidationFailed
from nexy.modules.sensor_streams.sources.errors import SourceBroken
from nexy.modules.sensor_streams.sources.live_clock import ANCHOR_NS
from nexy.modules.sensor_streams.sources.opening import open_source
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from support.das_files import START_NS, ramp, write_das
from support.sources import Clock, Open


def test_a_loop_grows_with_the_clock_for_ever(opened: Open, clock: Clock, tmp_path: Path) -> None:
    """Live, without an end, its rate and channels those of the clip; half a second is 50 samples at 100 Hz."""
    source = opened("loop", write_das(tmp_path / "a.h5"))
    before = source.available()
    clock.forward(0.5)
    assert source.available() == before + 50
    assert (source.facts.live, source.facts.samples, source.facts.sample_rate_hz) == (True, None, 100.0)
    newest_ns = source.facts.start_ns + source.available() * 10_000_000
    assert clock.ns - newest_ns < 10_000_000


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.integers(0, 10_000), samples=st.integers(1, 400))
def test_a_loop_repeats_the_clip(opened: Open, tmp_path: Path, first: int, samples: int) -> None:
    """Sample i is the clip's sample i modulo its length, across any number of seams."""
    path = tmp_path / "a.h5"
    if not path.exists():
        write_das(path)
    source = opened("loop", path)
    expected = ramp(0, 50, 3)[:, (first + np.arange(samples)) % 50]
    np.testing.assert_array_equal(source.read(first, samples, 1, 2), expected[1:])


def test_two_openings_of_a_loop_agree(clock: Clock, tmp_path: Path) -> None:
    """Workers that open it at different moments give each sample the same number and time."""
    spec = SourceSpec(name="a", kind="loop", address=str(write_das(tmp_path / "a.h5")))
    clock.ns = ANCHOR_NS + 77 * 10**15
    one = open_source(spec, now_ns=clock)
    clock.forward(12.34)
    two = open_source(spec, now_ns=clock)
    assert one.facts == two.facts
    assert one.facts.start_ns == ANCHOR_NS
    assert one.available() == two.available()


def test_a_clock_that_goes_back_takes_nothing_away(opened: Open, clock: Clock, tmp_path: Path) -> None:
    """What has been available stays so."""
    source = opened("loop", write_das(tmp_path / "a.h5"))
    before = source.available()
    clock.forward(-100)
    assert source.available() == before


def test_speed_plays_it_as_a_faster_tape(opened: Open, clock: Clock, tmp_path: Path) -> None:
    """Twice the speed is twice the rate: the same samples, sooner."""
    source = opened("loop", write_das(tmp_path / "a.h5"), speed="2")
    before = source.available()
    clock.forward(1)
    assert (source.facts.sample_rate_hz, source.available() - before) == (200.0, 200)


def test_a_replay_begins_now_and_ends(opened: Open, clock: Clock, tmp_path: Path) -> None:
    """Its time is shifted to its opening; once all has come, its facts tell the length."""
    source = opened("replay", write_das(tmp_path / "a.h5"))
    assert (source.facts.start_ns, source.available(), source.facts.samples) == (START_NS, 0, None)
    clock.forward(0.2)
    assert source.available() == 20
    np.testing.assert_array_equal(source.read(5, 15, 0, 3), ramp(5, 15, 3))
    with pytest.raises(ValidationFailed, match="are not within the 20"):
        source.read(5, 16, 0, 3)
    clock.forward(100)
    assert (source.available(), source.facts.samples, source.facts.live) == (50, 50, True)


def test_a_dead_clip_cannot_be_looped(opened: Open, tmp_path: Path) -> None:
    """What is refused as a recording is refused as a loop."""
    from support.recordings import CUTS

    with pytest.raises(ValidationFailed, match="every sample is zero"):
        opened("loop", CUTS / "neubrex_das_1.h5")


def test_a_long_clip_is_looped_from_its_file(opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a short one is kept in memory; both give the same, and only the long one notices that its file is gone."""
    path = write_das(tmp_path / "a.h5")
    held = opened("loop", path)
    monkeypatch.setattr("nexy.modules.sensor_streams.sources.opening.HELD_BYTES", 0)
    read = opened("loop", path)
    np.testing.assert_array_equal(held.read(45, 20, 0, 3), read.read(45, 20, 0, 3))
    path.unlink()
    assert held.read(0, 10, 0, 3).shape == (3, 10)
    with pytest.raises(SourceBroken, match=r"a\.h5 does not exist"):
        read.read(0, 10, 0, 3)
