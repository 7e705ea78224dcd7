"""What a header says, and what is no recording although DASCore reads it."""

from pathlib import Path

import numpy as np
import pytest

from nexy.contracts.errors import ValidationFailed
from nexy.modules.sensor_streams.sources.das_clip import DasClip, probe_part, samples_of, start_of
from nexy.modules.sensor_streams.sources.das_library import NotReadable
from nexy.modules.sensor_streams.sources.das_part import scan_part
from support.das_files import START_NS, ramp, write_das
from support.recordings import CUTS
from support.sources import Open


@pytest.mark.parametrize("rate", [1.0, 30.0, 250.0, 1050.0, 3000.0, 3333.0, 4096.0, 20_000.0, 96_000.0])
def test_a_whole_rate_is_exact_although_steps_are_nanoseconds(rate: float, tmp_path: Path) -> None:
    """1050 Hz is stored as a step of 952381 ns and is still 1050 Hz."""
    assert scan_part(write_das(tmp_path / "a.h5", rate=rate), 0).sample_rate_hz == rate


def test_a_rate_that_is_not_whole_stays_what_it_is(tmp_path: Path) -> None:
    """A step of 310771 ns is 3217.8… Hz, not 3218."""
    part = scan_part(write_das(tmp_path / "a.h5", rate=1e9 / 310_771), 0)
    assert (part.step_ns, part.sample_rate_hz) == (310_771, 1e9 / 310_771)


def test_a_label_that_the_reader_leaves_out_is_not_promised() -> None:
    """DASCore's Febus header names 500 samples and its reader gives 499, from the second on."""
    part = scan_part(CUTS / "valencia_febus_example.h5", 0)
    probe = probe_part(part)
    assert (probe.skipped_first, probe.skipped_last, samples_of(part, probe)) == (1, 0, 499)
    assert start_of(part, probe) == part.first_label_ns + 4_000_000


def test_uneven_sampling_is_refused(opened: Open, tmp_path: Path) -> None:
    """A spectrogram needs even samples; guessing them would be a lie."""
    import dascore

    times = (START_NS + np.array([0, 10, 25, 27, 90]) * 1_000_000).astype("datetime64[ns]")
    coords = {"time": times, "distance": np.arange(3.0)}
    dascore.write(
        dascore.Patch(data=ramp(0, 5, 3).T, coords=coords, dims=("time", "distance")), tmp_path / "a.h5", "dasdae"
    )
    with pytest.raises(ValidationFailed, match="is not sampled evenly"):
        opened("recording", tmp_path / "a.h5")


def test_a_product_without_time_is_refused(opened: Open, tmp_path: Path) -> None:
    """Its dimensions are named."""
    import dascore

    coords = {"frequency": np.arange(5.0), "distance": np.arange(3.0)}
    patch = dascore.Patch(data=ramp(0, 5, 3).T, coords=coords, dims=("frequency", "distance"))
    dascore.write(patch, tmp_path / "a.h5", "dasdae")
    with pytest.raises(ValidationFailed, match="has the dimensions frequency, distance"):
        opened("recording", tmp_path / "a.h5")


def test_an_array_stored_channel_by_channel_is_read_all_the_same(opened: Open, tmp_path: Path) -> None:
    """Whichever way round the file has it."""
    import dascore

    times = (START_NS + np.arange(50) * 10_000_000).astype("datetime64[ns]")
    coords = {"distance": np.arange(3) * 2.0, "time": times}
    patch = dascore.Patch(data=ramp(0, 50, 3), coords=coords, dims=("distance", "time"))
    dascore.write(patch, tmp_path / "a.h5", "dasdae")
    source = opened("recording", tmp_path / "a.h5")
    np.testing.assert_array_equal(source.read(7, 20, 1, 2), ramp(7, 20, 3)[1:])


@pytest.mark.parametrize("name", ["prodml_2.0.h5", "terra15_v5_test_file.hdf5", "gdr_1.h5", "prodml_fbe_1.h5"])
def test_reading_the_array_itself_and_reading_through_dascore_agree(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The short cut gives the very samples that the long way gives."""
    part = scan_part(CUTS / name, 0)
    probe = probe_part(part)
    length = samples_of(part, probe)
    short = DasClip(part, probe, 1.0)
    monkeypatch.setattr("nexy.modules.sensor_streams.sources.das_clip.find_array", lambda *_: None)
    long = DasClip(part, probe, 1.0)
    for first, count in ((0, length), (length // 3, 17), (length - 1, 1)):
        np.testing.assert_array_equal(short.read(first, count, 2, 5), long.read(first, count, 2, 5))
    short.close()


def test_two_arrays_that_look_alike_are_left_to_dascore(tmp_path: Path) -> None:
    """A copy of the samples beside them makes it unclear which is meant; the right samples come all the same."""
    import h5py

    path = write_das(tmp_path / "a.h5")
    with h5py.File(path, "r+") as file:
        file["copy"] = ramp(0, 50, 3).T
    part = scan_part(path, 0)
    clip = DasClip(part, probe_part(part), 1.0)
    np.testing.assert_array_equal(clip.read(0, 50, 0, 3), ramp(0, 50, 3))


def test_a_missing_file_is_told_in_words(tmp_path: Path) -> None:
    """Without its folder."""
    with pytest.raises(NotReadable, match=r"^a\.h5 does not exist$"):
        scan_part(tmp_path / "a.h5", 0)
