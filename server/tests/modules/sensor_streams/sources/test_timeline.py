"""A folder of recordings is one recording."""

from pathlib import Path

import numpy as np
import pytest

from nexy.contracts.errors import ValidationFailed
from support.das_files import START_NS, ramp, write_das
from support.sources import Open


def test_files_that_abut_are_read_as_one(opened: Open, tmp_path: Path) -> None:
    """A read across two borders gives the samples of all three files."""
    for first in (0, 50, 100):
        write_das(tmp_path / f"{first:03d}.h5", first)
    source = opened("recording", tmp_path)
    assert (source.available(), source.facts.start_ns) == (150, START_NS)
    np.testing.assert_array_equal(source.read(30, 100, 1, 2), ramp(30, 100, 3)[1:])


def test_a_gap_is_filled_with_nan_and_told(opened: Open, tmp_path: Path) -> None:
    """Time goes on evenly: what is missing is no number, and the description counts it."""
    write_das(tmp_path / "a.h5", 0)
    write_das(tmp_path / "b.h5", 80)
    source = opened("recording", tmp_path)
    samples = source.read(0, 130, 0, 3)
    assert np.isnan(samples[:, 50:80]).all()
    np.testing.assert_array_equal(samples[:, 80:], ramp(80, 50, 3))
    assert "1 gap(s), 30 samples missing" in source.facts.description
    assert np.isnan(source.read(55, 10, 0, 1)).all()


@pytest.mark.parametrize("options", [{"gaps": "refuse"}, {"max_gap": "0.2"}])
def test_a_gap_may_be_refused(options: dict[str, str], opened: Open, tmp_path: Path) -> None:
    """Always, or where it is longer than may be filled; the message says how long and between which files."""
    write_das(tmp_path / "a.h5", 0)
    write_das(tmp_path / "b.h5", 80)
    with pytest.raises(ValidationFailed, match=r"0\.3 s are missing between a\.h5 and b\.h5"):
        opened("recording", tmp_path, **options)


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ({"first": 50, "rate": 200.0}, r"b\.h5 is sampled at 200 Hz, a\.h5 at 100 Hz"),
        ({"first": 50, "channels": 4}, r"b\.h5 and a\.h5 differ in their channels"),
        ({"first": 30}, r"b\.h5 overlaps a\.h5 by 0\.2 s"),
    ],
)
def test_files_that_do_not_fit_are_refused(second: dict[str, float], said: str, opened: Open, tmp_path: Path) -> None:
    """Another rate, other channels, or the same time twice."""
    write_das(tmp_path / "a.h5", 0)
    write_das(tmp_path / "b.h5", **second)  # type: ignore[arg-type]
    with pytest.raises(ValidationFailed, match=said):
        opened("recording", tmp_path)


def test_what_is_no_recording_lies_unharmed_beside_them(opened: Open, tmp_path: Path) -> None:
    """Notes, hidden files and a recorder's temporary files are passed over."""
    write_das(tmp_path / "a.h5")
    for name in ("README", "notes.txt", ".hidden.h5", "b.h5.tmp"):
        (tmp_path / name).write_text("not a recording")
    assert opened("recording", tmp_path).available() == 50


def test_rates_that_each_file_measures_may_wander(opened: Open, tmp_path: Path) -> None:
    """A clock by GPS gives each file a step of its own, a few parts in ten thousand apart: still one recording."""
    rate = 1e9 / 310_771
    write_das(tmp_path / "a.h5", 0, rate=rate)
    second = write_das(tmp_path / "b.h5", 50, rate=1e9 / 310_780)
    source = opened("recording", tmp_path, max_gap="1")
    assert (source.available(), source.facts.sample_rate_hz) == (100, rate)
    np.testing.assert_array_equal(source.read(50, 50, 0, 3), opened("recording", second).read(0, 50, 0, 3))


def test_a_file_with_a_clock_off_by_less_than_a_sample_abuts(opened: Open, tmp_path: Path) -> None:
    """Files begin where their clock says; a fraction of a sample is no gap."""
    import dascore

    write_das(tmp_path / "a.h5", 0)
    late = write_das(tmp_path / "late.h5", 50)
    patch = dascore.spool(late)[0]
    late.unlink()
    shifted = patch.update_coords(time=patch.coords.get_array("time") + np.timedelta64(4, "ms"))
    dascore.write(shifted, tmp_path / "b.h5", "dasdae")
    source = opened("recording", tmp_path)
    assert (source.available(), "gap" in source.facts.description) == (100, False)


def test_files_that_do_not_belong_together_are_to_be_served_singly(opened: Open, tmp_path: Path) -> None:
    """The refusal says what can be done with them."""
    write_das(tmp_path / "a.h5", 0)
    write_das(tmp_path / "b.h5", 50, channels=4)
    with pytest.raises(ValidationFailed, match="serve these files singly"):
        opened("recording", tmp_path)
