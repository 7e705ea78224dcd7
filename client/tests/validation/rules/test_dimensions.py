"""Sensors and bins are those of the answer."""

from typing import Any

import numpy as np
import pytest
from client.tests.validation.examples import CHANNELS, answer, bent, good, noise, only, played, run_of, told

from nexy_protocol.frame import SensorRun


def run(ids: list[int], bins: int = 8) -> tuple[SensorRun, ...]:
    """A row with these sensors."""
    return (SensorRun(ids=np.array(ids, np.int32), values=noise(5, len(ids), bins)),)


def of_runs(runs: tuple[SensorRun, ...]) -> dict[str, Any]:
    """What a frame with these runs says truthfully."""
    values = np.concatenate([one.values.ravel() for one in runs])
    return {"runs": runs, "current_max_amp": float(values.max()), "current_min_amp": float(values.min())}


def test_the_expected_shape_is_good() -> None:
    """However the sensors are divided on the wire."""
    values = noise(5)
    pieces = (run_of(values[:1]), run_of(values[1:], 11))
    assert told(bent(good(), 5, runs=pieces)) == set()


@pytest.mark.parametrize(
    ("ids", "codes"),
    [
        ([10, 11, 12], {"sensor_amount"}),
        ([10, 11, 12, 13, 14], {"sensor_amount", "sensor_id"}),
        ([10, 11, 13, 12], {"sensor_order"}),
        ([10, 11, 11, 13], {"sensor_order"}),
        ([11, 12, 13, 14], {"sensor_id"}),
        ([0, 1, 2, 3], {"sensor_id"}),
        ([13, 12, 11, 10], {"sensor_order"}),
    ],
)
def test_other_sensors_are_told(ids: list[int], codes: set[str]) -> None:
    """Too many, too few, strangers, out of order."""
    assert told(bent(good(), 5, **of_runs(run(ids)))) == codes


def test_the_finding_names_the_sensor() -> None:
    """The first that is wrong, and the channels that were expected."""
    stranger = only(played(bent(good(), 5, **of_runs(run([10, 11, 12, 99])))), "sensor_id")
    assert (stranger.frame, stranger.sensor, stranger.value, stranger.expected) == (5, 99, 1, "10-13")


@pytest.mark.parametrize("bins", [7, 9, 1])
def test_another_number_of_bins(bins: int) -> None:
    """In all sensors alike."""
    found = only(played(bent(good(), 5, **of_runs(run(list(CHANNELS), bins)))), "bin_amount")
    assert (found.frame, found.value, found.expected) == (5, bins, 8)


def test_uneven_sensors() -> None:
    """One has another number of bins than the others."""
    uneven = (*run([10, 11, 12]), SensorRun(ids=np.array([13], np.int32), values=noise(6, 1, 7)))
    report = played(bent(good(), 5, **of_runs(uneven)))
    assert {one.code for one in report.findings} == {"bins_uneven"}
    assert only(report, "bins_uneven").value == "7-8"


def test_a_row_without_sensors() -> None:
    """None of four."""
    assert "sensor_amount" in told(bent(good(), 5, runs=()))


def test_an_answer_that_names_no_channels_bounds_nothing() -> None:
    """Its own rule has told of it."""
    nothing = answer(channel_to_stream_index={}, channel_amount=0)
    codes = told(good(), of=nothing)
    assert codes.isdisjoint({"sensor_amount", "sensor_id", "sensor_order"})
    assert "channel_amount" in codes
