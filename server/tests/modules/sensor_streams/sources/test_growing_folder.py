"""A folder that a recorder writes into is a live source."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nexy.contracts.errors import Unavailable, ValidationFailed
from nexy.modules.sensor_streams.sources.errors import SourceBroken
from nexy.modules.sensor_streams.sources.sample_source import SampleSource
from support.das_files import ramp, write_das
from support.recordings import CUTS
from support.sources import Clock, Open


@pytest.fixture
def written(clock: Clock, tmp_path: Path) -> Callable[..., Path]:
    """Writes `name` with the ramp from `first` on, as if it were changed now on the test's clock."""

    def write(name: str, first: int = 0, **more: float) -> Path:
        path = write_das(tmp_path / name, first, **more)  # type: ignore[arg-type]
        os.utime(path, ns=(clock(), clock()))
        return path

    return write


@pytest.fixture
def growing(written: Callable[..., Path], clock: Clock, opened: Open, tmp_path: Path) -> SampleSource:
    """A folder with one complete file of 50 samples."""
    written("a.h5")
    clock.forward(3)
    return opened("folder", tmp_path)


def test_it_is_live_and_begins_with_what_is_there(growing: SampleSource) -> None:
    """Facts name no end; the samples of the complete file are there."""
    assert (growing.facts.live, growing.facts.samples, growing.available()) == (True, None, 50)
    np.testing.assert_array_equal(growing.read(0, 50, 0, 3), ramp(0, 50, 3))


def test_it_says_that_it_delivers_in_pieces(growing: SampleSource) -> None:
    """Of the length of its longest file."""
    assert growing.facts.delivers_in_pieces_s == 50 / growing.facts.sample_rate_hz


def test_a_new_file_appears_once_it_has_rested(
    growing: SampleSource, written: Callable[..., Path], clock: Clock
) -> None:
    """Not while it may still be written, and not between two looks."""
    written("b.h5", 50)
    clock.forward(1)
    assert growing.available() == 50
    clock.forward(1.1)
    assert growing.available() == 100
    np.testing.assert_array_equal(growing.read(40, 60, 0, 3), ramp(40, 60, 3))


def test_a_file_that_is_still_written_is_waited_for(
    growing: SampleSource, written: Callable[..., Path], clock: Clock
) -> None:
    """Half of it is no recording yet; completed, it follows without a gap, and later files wait behind it."""
    whole = written("b.h5", 50).read_bytes()
    half = written("b.h5", 50)
    half.write_bytes(whole[: len(whole) // 2])
    os.utime(half, ns=(clock.ns, clock.ns))
    written("c.h5", 100)
    clock.forward(10)
    assert growing.available() == 50
    half.write_bytes(whole)
    os.utime(half, ns=(clock.ns, clock.ns))
    clock.forward(3)
    assert growing.available() == 150
    assert "gap" not in growing.facts.description


def test_a_file_that_stays_broken_is_left_out_and_told(
    growing: SampleSource, written: Callable[..., Path], clock: Clock
) -> None:
    """After its patience the source goes on with the next; the time between is a gap of NaN."""
    broken = written("b.h5", 50)
    broken.write_bytes(b"\x89HDF\r\n\x1a\n" + b"x" * 500)
    os.utime(broken, ns=(clock.ns, clock.ns))
    written("c.h5", 100)
    clock.forward(29)
    assert growing.available() == 50
    clock.forward(2)
    assert growing.available() == 150
    assert np.isnan(growing.read(50, 50, 0, 3)).all()
    assert "1 gap(s), 50 samples missing; left out: b.h5" in growing.facts.description


def test_the_folder_is_not_searched_at_every_question(
    growing: SampleSource, written: Callable[..., Path], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two looks, `poll` seconds apart, nothing touches the disk."""
    growing.available()
    monkeypatch.setattr(Path, "iterdir", lambda _path: pytest.fail("looked again"))
    clock.forward(0.4)
    assert growing.available() == 50


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"first": 50, "rate": 200.0}, "b.h5 is sampled at 200 Hz"),
        ({"first": 50, "channels": 4}, "b.h5 and a.h5 differ in their channels"),
        ({"first": 20}, "b.h5 overlaps a.h5 by 0.3 s"),
        ({"first": 10_000}, "99.5 s are missing between a.h5 and b.h5"),
    ],
)
def test_a_file_that_cannot_follow_breaks_the_source(
    growing: SampleSource, written: Callable[..., Path], clock: Clock, more: dict[str, float], said: str
) -> None:
    """It is said at the live edge, again and again; what was there before stays readable."""
    written("b.h5", **more)
    clock.forward(3)
    for _ in range(2):
        with pytest.raises(SourceBroken) as failed:
            growing.available()
        assert said in failed.value.message
    assert growing.read(0, 50, 0, 3).shape == (3, 50)


def test_a_file_that_shrinks_or_vanishes_is_told_when_it_is_read(growing: SampleSource, tmp_path: Path) -> None:
    """A recorder that deletes its files takes their samples away."""
    (tmp_path / "a.h5").unlink()
    with pytest.raises(SourceBroken, match=r"a\.h5 does not exist"):
        growing.read(0, 10, 0, 3)


def test_a_folder_that_vanishes_breaks_the_source(growing: SampleSource, clock: Clock, tmp_path: Path) -> None:
    """It is not taken for a folder in which nothing happens."""
    (tmp_path / "a.h5").unlink()
    tmp_path.rmdir()
    clock.forward(1)
    with pytest.raises(SourceBroken, match="is no longer readable"):
        growing.available()
    tmp_path.mkdir()


def test_only_so_many_files_are_remembered(
    written: Callable[..., Path], clock: Clock, opened: Open, tmp_path: Path
) -> None:
    """Older samples are refused as forgotten; numbers go on as they were."""
    for first in (0, 50, 100):
        written(f"{first:03d}.h5", first)
    clock.forward(3)
    source = opened("folder", tmp_path, keep="2")
    assert source.available() == 150
    np.testing.assert_array_equal(source.read(50, 100, 0, 3), ramp(50, 100, 3))
    with pytest.raises(ValidationFailed, match="older than the files it keeps"):
        source.read(49, 10, 0, 3)


def test_an_empty_folder_or_a_file_is_refused(opened: Open, tmp_path: Path) -> None:
    """An empty one waits for its first file, to be asked again; the other one says what to do."""
    with pytest.raises(Unavailable, match=r"waiting for the first file: the folder '.*' holds no complete") as waits:
        opened("folder", tmp_path)
    assert (waits.value.code, waits.value.retry_after_seconds) == ("source_waiting", 5.0)
    with pytest.raises(ValidationFailed, match=r"a\.h5 is a file, not a folder"):
        opened("folder", write_das(tmp_path / "a.h5"))


def test_a_folder_of_dead_recordings_is_refused_unless_asked_for(clock: Clock, opened: Open, tmp_path: Path) -> None:
    """What holds for one recording holds for a folder of them."""
    (tmp_path / "a.h5").write_bytes((CUTS / "neubrex_das_1.h5").read_bytes())
    os.utime(tmp_path / "a.h5", ns=(1, 1))
    with pytest.raises(ValidationFailed, match="every sample is zero"):
        opened("folder", tmp_path)
    assert opened("folder", tmp_path, allow_dead="yes").available() == 30
