"""Every documented recording opens with its documented outcome: the cuts always, the whole set where it is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from nexy.contracts.errors import ValidationFailed
from nexy.modules.sensor_streams.sources.sample_source import SampleSource
from support.recordings import CUTS, whole_set
from support.sources import Open

NEUBREX = "neubrex_das_1.h5"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    file: str
    whole: tuple[int, int]
    cut: tuple[int, int]
    rate: float
    unit: str
    dtype: str = "float32"
    dead: tuple[int, ...] = ()
    nan_whole: tuple[int, ...] = ()
    nan_cut: tuple[int, ...] = ()


OUTCOMES = [
    Outcome(file="prodml_2.0.h5", whole=(512, 2500), cut=(48, 1000), rate=200, unit="", dtype="int16"),
    Outcome(file="decimated_optodas.hdf5", whole=(51, 5000), cut=(24, 1000), rate=500, unit="ε/s"),
    Outcome(file="gdr_1.h5", whole=(10, 10000), cut=(10, 3000), rate=1000, unit=""),
    Outcome(file="iDAS005_hdf5_example.626.h5", whole=(1152, 1000), cut=(64, 500), rate=1000, unit="", dtype="int16"),
    Outcome(file="terra15_v5_test_file.hdf5", whole=(43, 2060), cut=(16, 1030), rate=3218, unit="m/s"),
    Outcome(file="prodml_fbe_1.h5", whole=(301, 453), cut=(20, 60), rate=1 / 5.12, unit=""),
    Outcome(file="valencia_febus_example.h5", whole=(100, 1249), cut=(20, 499), rate=250, unit="nε/s", dead=(0,)),
    Outcome(
        file="febus_2.h5", whole=(101, 1049), cut=(20, 1049), rate=1050, unit="nε/s", nan_whole=(98,), nan_cut=(17,)
    ),
]
IDS = [outcome.file for outcome in OUTCOMES]


def check(source: SampleSource, path: Path, shape: tuple[int, int], nan: tuple[int, ...], expected: Outcome) -> None:
    import dascore

    facts = source.facts
    assert (facts.channels, facts.samples, source.available()) == (*shape, shape[1])
    # Terra15 takes its rate from GPS times that wander: 3217.8 Hz over the whole clip, 3221.8 Hz over the cut.
    assert facts.sample_rate_hz == pytest.approx(expected.rate, rel=2e-3 if expected.rate == 3218 else 1e-12)
    assert (facts.unit, facts.dtype, facts.live) == (expected.unit, expected.dtype, False)
    assert (facts.dead_channels, facts.nan_channels) == (expected.dead, nan)
    patch = dascore.spool(path)[0].transpose("distance", "time")
    samples = source.read(0, shape[1], 0, shape[0])
    assert samples.dtype == np.float32
    assert samples.flags.c_contiguous
    np.testing.assert_array_equal(samples, patch.data.astype(np.float32))
    assert facts.start_ns == patch.coords.min("time").astype(np.int64)
    assert facts.distance_step_m == pytest.approx(float(patch.get_coord("distance").step), rel=1e-9)


@pytest.mark.parametrize("expected", OUTCOMES, ids=IDS)
def test_a_cut_opens_with_its_documented_outcome(expected: Outcome, opened: Open) -> None:
    """Shape, rate, unit, flags and every sample are what DASCore reads."""
    path = CUTS / expected.file
    check(opened("recording", path), path, expected.cut, expected.nan_cut, expected)


@pytest.mark.parametrize("expected", OUTCOMES, ids=IDS)
def test_a_whole_recording_opens_with_its_documented_outcome(expected: Outcome, opened: Open) -> None:
    """The same for the recordings as they were published."""
    path = whole_set() / expected.file
    check(opened("recording", path), path, expected.whole, expected.nan_whole, expected)


@pytest.mark.parametrize("folder", [lambda: CUTS, whole_set], ids=["cut", "whole"])
def test_the_recording_of_zeros_is_refused(folder: Callable[[], Path], opened: Open) -> None:
    """It says what it found and how to open it all the same."""
    with pytest.raises(ValidationFailed, match="every sample is zero on every channel") as refused:
        opened("recording", folder() / NEUBREX)
    assert refused.value.field == "source"
    assert "?allow_dead=yes" in refused.value.message


def test_the_recording_of_zeros_opens_when_asked_for(opened: Open) -> None:
    """With allow_dead=yes every channel is flagged and every sample is zero."""
    source = opened("recording", CUTS / NEUBREX, allow_dead="yes")
    assert source.facts.dead_channels == tuple(range(200))
    assert not source.read(0, 30, 0, 200).any()


def test_a_spectrogram_product_says_what_it_is(opened: Open) -> None:
    """The first band is opened, and the description tells its range and how to choose another."""
    source = opened("recording", CUTS / "prodml_fbe_1.h5")
    assert "a spectrogram product, not raw samples" in source.facts.description
    assert "band 0 (-0.488281..1.46484 Hz)" in source.facts.description
    assert "band=0..4" in source.facts.description
    assert source.facts.band_energy
    assert not opened("recording", CUTS / "prodml_2.0.h5").facts.band_energy


def test_another_band_of_a_product_is_chosen(opened: Open) -> None:
    """band=3 gives the energies of 49..201 Hz, which are not those of band 0."""
    third = opened("recording", CUTS / "prodml_fbe_1.h5", band="3")
    first = opened("recording", CUTS / "prodml_fbe_1.h5")
    assert "band 3 (49.3164..200.684 Hz)" in third.facts.description
    assert not np.array_equal(third.read(0, 60, 0, 20), first.read(0, 60, 0, 20))


def test_a_band_that_is_not_there_is_refused(opened: Open) -> None:
    """The message says how many there are."""
    with pytest.raises(ValidationFailed, match="holds 5 band"):
        opened("recording", CUTS / "prodml_fbe_1.h5", band="5")


def test_counts_get_a_unit_only_with_a_factor(opened: Open) -> None:
    """int16 without a factor in the file stays raw and says so; scale and unit make it physical."""
    raw = opened("recording", CUTS / "prodml_2.0.h5")
    scaled = opened("recording", CUTS / "prodml_2.0.h5", scale="0.5", unit="nm/m/s", first_channel="7")
    assert "raw counts (the file says Hz*nm/m^2/s, but no factor)" in raw.facts.description
    assert (scaled.facts.unit, scaled.facts.lowest_channel, scaled.facts.highest_channel) == ("nm/m/s", 7, 54)
    np.testing.assert_array_equal(scaled.read(0, 10, 7, 48), raw.read(0, 10, 0, 48) / 2)
