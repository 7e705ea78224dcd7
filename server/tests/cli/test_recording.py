"""Recording samples: what lies in the file, what is refused, what a stop leaves."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nexy.cli import recording
from nexy.cli.recording import record_samples
from nexy.cli.recording_file import Axis, RecordingFile
from nexy.cli.stream_sources import spec_of
from nexy.cli.surroundings import Surroundings
from nexy.config.unified_config import load_config
from nexy.contracts.errors import Unavailable, ValidationFailed
from nexy.messages.catalogue import Catalogue
from nexy.modules.sensor_streams.sources import opening
from nexy.modules.sensor_streams.sources.sample_source import Samples
from support.sensor_parts import FACTS

dascore = pytest.importorskip("dascore")
WORDS = Catalogue("en")
SPEC = spec_of("well=synthetic:", loop=False, words=WORDS)
LIVE = replace(FACTS, live=True, samples=None, channels=3, lowest_channel=5)


class GrowingSource:
    """Sample i of channel c is i + c / 10; `grows` says how many there are, each time that it is asked."""

    def __init__(self, grows: Callable[[], int], facts: Any = LIVE) -> None:
        self.facts = facts
        self.available = grows
        self.closed = 0

    def read(self, first_sample: int, samples: int, first_channel: int, channels: int) -> Samples:
        numbers = np.arange(first_sample, first_sample + samples, dtype=np.float32)
        return numbers[None, :] + np.arange(first_channel, first_channel + channels, dtype=np.float32)[:, None] / 10

    def close(self) -> None:
        self.closed += 1


def surroundings(home: Path, **environ: str) -> Surroundings:
    loaded = load_config({"NEXY_HOME": str(home), **environ}, cwd=home,
                         flags={"sensor_streams.stream_inactivity_seconds": "0.1"})  # fmt: skip
    return Surroundings(loaded=loaded, language="en", words=WORDS)


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., recording.Recorded]:
    """Record so many seconds of a source into a file of this test."""
    monkeypatch.setattr(recording, "_LOOK_AGAIN_SECONDS", 0.001)

    def recorded(source: GrowingSource, seconds: float) -> recording.Recorded:
        monkeypatch.setattr(opening, "open_source", lambda spec: source)
        file = RecordingFile(tmp_path / "out.h5", WORDS)
        try:
            return record_samples(SPEC, seconds, file, surroundings(tmp_path))
        finally:
            assert source.closed == 1
            assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []

    return recorded


def growing(*steps: int) -> Callable[[], int]:
    """The first ones in turn, then the last one for ever."""
    waiting = list(steps)
    return lambda: waiting.pop(0) if len(waiting) > 1 else waiting[0]


def test_a_live_source_is_recorded_from_now_on(
    record: Callable[..., recording.Recorded], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exactly the seconds asked for, as they come, with time, distance and unit; the line for the person tells it."""
    told = record(GrowingSource(growing(100, 100, 103, 103, 110, 500)), 0.05)
    assert (told.shape, told.seconds, told.cut) == ((50, 3), 0.05, False)
    patch = dascore.spool(tmp_path / "out.h5")[0]
    assert patch.dims == ("time", "distance")
    expected = np.arange(100, 150, dtype=np.float32)[:, None] + np.array([0.5, 0.6, 0.7], np.float32)
    assert np.array_equal(patch.data, expected)
    times = patch.get_coord("time").values.astype("int64")
    assert times[0] == LIVE.start_ns + 100_000_000
    assert set(np.diff(times)) == {1_000_000}
    assert list(patch.get_coord("distance").values) == [3.0, 4.5, 6.0]
    assert dascore.get_quantity(patch.attrs.data_units) == dascore.get_quantity("strain/s")
    recording.print_recorded(told, WORDS)
    assert "0.05 s of well" in capsys.readouterr().out


def test_a_recording_is_taken_from_its_beginning_to_its_end(
    record: Callable[..., recording.Recorded], capsys: pytest.CaptureFixture[str]
) -> None:
    """No more than there is, and that is no cut; the person is told that there was no more."""
    still = replace(LIVE, live=False, samples=20)
    told = record(GrowingSource(lambda: 20, still), 1.0)
    assert (told.shape, told.cut, told.short) == ((20, 3), False, True)
    recording.print_recorded(told, WORDS)
    said = capsys.readouterr()
    assert "20 samples × 3 channels" in said.out
    assert said.err == "well holds no more than these 0.02 s\n"


def test_a_recording_that_is_long_enough_is_not_short(record: Callable[..., recording.Recorded]) -> None:
    """All that was asked for is there."""
    told = record(GrowingSource(lambda: 20, replace(LIVE, live=False, samples=20)), 0.02)
    assert (told.cut, told.short) == (False, False)


@pytest.mark.parametrize("name", ["rec.wav", "rec", "rec.h5.zip"])
def test_what_is_recorded_is_hdf5_and_called_so(name: str, tmp_path: Path) -> None:
    """Another ending is refused with a name that would do."""
    with pytest.raises(ValidationFailed, match=r"\.h5 or \.hdf5, for example rec"):
        RecordingFile(tmp_path / name, WORDS).refuse_where_it_cannot_be()
    RecordingFile(tmp_path / "rec.HDF5", WORDS).refuse_where_it_cannot_be()


def test_a_stop_keeps_what_there_is(record: Callable[..., recording.Recorded], tmp_path: Path) -> None:
    """Ctrl-C after some samples writes them; before the first one it leaves nothing."""

    def stopped(*steps: int) -> Callable[[], int]:
        waiting = list(steps)

        def grows() -> int:
            if not waiting:
                raise KeyboardInterrupt
            return waiting.pop(0)

        return grows

    with pytest.raises(KeyboardInterrupt):
        record(GrowingSource(stopped(0, 0)), 1.0)
    assert not (tmp_path / "out.h5").exists()
    told = record(GrowingSource(stopped(0, 7, 7)), 1.0)
    assert (told.shape, told.cut) == ((7, 3), True)
    assert dascore.spool(tmp_path / "out.h5")[0].data.shape == (7, 3)


def test_a_source_that_goes_silent_keeps_what_there_was(record: Callable[..., recording.Recorded]) -> None:
    """The patience is the configured one; one that never spoke is an error."""
    assert record(GrowingSource(growing(0, 4)), 1.0).shape == (4, 3)


def test_a_source_that_never_speaks_is_an_error(record: Callable[..., recording.Recorded], tmp_path: Path) -> None:
    """And leaves no file."""
    with pytest.raises(Unavailable, match=r"nothing for 0\.1 s"):
        record(GrowingSource(lambda: 0), 1.0)
    assert not (tmp_path / "out.h5").exists()


def test_a_played_source_that_ends_is_done(record: Callable[..., recording.Recorded]) -> None:
    """A replay says at its end how long it was: nobody waits for more."""
    source = GrowingSource(growing(0, 5), replace(LIVE, samples=5))
    told = record(source, 1.0)
    assert (told.shape, told.short) == ((5, 3), True)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """Neither at the beginning, nor what somebody made meanwhile, nor through a link."""
    file = RecordingFile(tmp_path / "out.h5", WORDS)
    file.refuse_where_it_cannot_be()
    (tmp_path / "out.h5").write_text("mine", encoding="utf-8")
    with pytest.raises(ValidationFailed, match="exists already"):
        file.refuse_where_it_cannot_be()
    axes = (Axis(name="time", step=1e6), Axis(name="distance"))
    with pytest.raises(ValidationFailed, match="exists already"):
        file.write(np.zeros((4, 2), np.float32), axes, "", "samples")
    assert (tmp_path / "out.h5").read_text(encoding="utf-8") == "mine"
    assert [one.name for one in tmp_path.iterdir()] == ["out.h5"]
    (tmp_path / "dangling.h5").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ValidationFailed, match="exists already"):
        RecordingFile(tmp_path / "dangling.h5", WORDS).refuse_where_it_cannot_be()


def test_a_place_that_cannot_be_is_refused_first(tmp_path: Path) -> None:
    """A folder that is not there; a disk that is too small."""
    with pytest.raises(ValidationFailed, match="no folder"):
        RecordingFile(tmp_path / "no" / "out.h5", WORDS).refuse_where_it_cannot_be()
    with pytest.raises(ValidationFailed, match="MB are needed"):
        with RecordingFile(tmp_path / "out.h5", WORDS).values((10**9, 10**6)):
            pass


@pytest.mark.parametrize("unit", ["strain/s", "", "furlongs-per-moon"])
def test_every_unit_is_kept(tmp_path: Path, unit: str) -> None:
    """One that DASCore knows is the data's, another one stands in the history."""
    file = RecordingFile(tmp_path / "out.h5", WORDS)
    axes = (Axis(name="time", step=1e6), Axis(name="distance"), Axis(name="frequency", values=(1.0, 2.5)))
    file.write(np.zeros((4, 3, 2), np.float32), axes, unit, "spectrogram")
    patch = dascore.spool(tmp_path / "out.h5")[0]
    assert list(patch.get_coord("frequency").values) == [1.0, 2.5]
    assert (patch.attrs.data_units is not None) == (unit == "strain/s")
    assert ("furlongs" in str(patch.attrs.history)) == ("furlongs" in unit)


def test_a_disk_without_links_keeps_the_recording_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAT knows no hard links: the file appears all the same, and still in nobody's place."""

    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("nexy.cli.recording_file.os.link", no_links)
    file = RecordingFile(tmp_path / "out.h5", WORDS)
    values, axes = np.ones((4, 2), np.float32), (Axis(name="time", step=1e6), Axis(name="distance"))
    file.write(values, axes, "", tag="samples")
    assert dascore.spool(tmp_path / "out.h5")[0].data.shape == (4, 2)
    with pytest.raises(ValidationFailed, match="exists already"):
        file.write(values, axes, "", tag="samples")
    assert [one.name for one in tmp_path.iterdir()] == ["out.h5"]
