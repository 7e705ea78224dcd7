"""A stream moves: it is not silent, in frames or in channels."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from client.tests.validation.examples import answer, frame_of, frames_of, noise, only, played, run_of, told

from nexy_client.validation import Asked, Severity
from nexy_protocol.frame import Frame

NOTHING = np.zeros((4, 8), np.float32)


def silent(channels: Callable[[int], list[int]], count: int = 30) -> list[Frame]:
    """These places are zero, for each number."""
    frames = []
    for number in range(1, count + 1):
        values = noise(number)
        values[channels(number)] = 0.0
        frames.append(frame_of(number, values))
    return frames


def test_nothing_but_zeros() -> None:
    """One finding for the whole."""
    report = played([frame_of(n, NOTHING) for n in range(1, 31)])
    assert {one.code for one in report.findings} == {"all_zero"}
    assert only(report, "all_zero").value == 30


def test_nothing_but_zeros_where_nothing_else_was_said() -> None:
    """Every channel is flagged as dead: a source that was opened all the same."""
    flagged = Asked(live=False, rows=30, flagged_channels=frozenset(range(10, 14)))
    report = played([frame_of(n, NOTHING) for n in range(1, 31)], asked=flagged)
    assert only(report, "all_zero").severity is Severity.INFO
    assert report.passed


@pytest.mark.parametrize("last", [15, 24, 30])
def test_frames_of_zeros_among_others(last: int) -> None:
    """Each counts; the first few are named."""
    frames = [frame_of(n, NOTHING if 15 <= n <= last else noise(n)) for n in range(1, 31)]
    report = played(frames)
    assert only(report, "missing_padded_data").frame == 15
    assert report.counts["missing_padded_data"] == last - 14
    assert len([one for one in report.findings if one.code == "missing_padded_data"]) == min(last - 14, 5)


def test_tiny_amplitudes_are_not_zero() -> None:
    """1e-38 is something."""
    assert told([frame_of(n, noise(n) * np.float32(1e-30)) for n in range(1, 31)]) == set()


def test_single_zeros_are_values() -> None:
    """A channel that has some moves."""
    frames = []
    for number in range(1, 31):
        values = noise(number)
        values[values < 1.0] = 0.0
        frames.append(frame_of(number, values))
    assert told(frames) == set()


def test_a_dead_channel_is_for_information() -> None:
    """One of four, whether somebody flagged it or not."""
    unknown = played(silent(lambda _: [1]))
    found = only(unknown, "dead_channel")
    assert (found.sensor, found.severity, found.expected) == (11, Severity.INFO, None)
    flagged = Asked(live=False, rows=30, flagged_channels=frozenset({11}))
    assert told(silent(lambda _: [1]), asked=flagged) == {"flagged_channel"}
    nan = replace(flagged, nan_channels=frozenset({11}))
    found = only(played(silent(lambda _: [1]), asked=nan), "nan_channel")
    assert "flagged by the server as NaN" in found.sentence
    assert found.expected is None
    assert unknown.passed


def test_too_many_dead_channels() -> None:
    """Two of four, of whom nobody knew; flagged ones do not count."""
    report = played(silent(lambda _: [1, 2]))
    assert only(report, "dead_channels").value == 2
    assert not report.passed
    known = Asked(live=False, rows=30, flagged_channels=frozenset({11}))
    assert played(silent(lambda _: [1, 2]), asked=known).passed


def test_a_channel_that_dies() -> None:
    """It may; a warning, with how long it has been silent."""
    found = only(played(silent(lambda n: [2] if n > 10 else [])), "channel_died")
    assert (found.sensor, found.value, found.severity) == (12, 20, Severity.WARNING)
    assert told(silent(lambda n: [2] if n > 27 else [])) == set()


def test_a_row_with_other_sensors_starts_the_count_anew() -> None:
    """It is told by its own rule; nobody is called dead for it."""
    frames = frames_of(range(1, 31))
    frames[4] = frame_of(5, runs=(run_of(noise(5), 11),))
    assert told(frames) == {"sensor_id"}


def test_padding_is_not_counted_against_channels() -> None:
    """The frames of zeros are told, the channels live."""
    frames = [frame_of(n, NOTHING if n > 20 else noise(n)) for n in range(1, 31)]
    assert told(frames, of=answer()) == {"missing_padded_data"}
