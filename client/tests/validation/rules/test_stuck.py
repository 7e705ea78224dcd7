"""Neighbouring frames differ, and so do the intensities of every channel."""

from dataclasses import replace

import numpy as np
import pytest
from client.tests.validation.examples import LIVE, Matrix, answer, frame_of, noise, only, played, quantised, told

from nexy_protocol.frame import Frame


def equal(count: int, first: int, last: int, *, live: bool = False, sensors: int = 4, bins: int = 8) -> list[Frame]:
    """Frames `first` to `last` hold what `first` holds."""
    return [
        frame_of(n, noise(first if first <= n <= last else n, sensors, bins), live=live) for n in range(1, count + 1)
    ]


def channel(count: int, change: "object") -> list[Frame]:
    """Channel 11 holds something else than noise."""
    frames = []
    for number in range(1, count + 1):
        values = noise(number)
        values[1] = change(number)  # type: ignore[operator]
        frames.append(frame_of(number, values))
    return frames


def test_two_equal_frames_are_stuck() -> None:
    """The second one is told."""
    found = only(played(equal(30, 15, 16)), "stuck_frame")
    assert (found.frame, found.value) == (16, 2)
    assert told(equal(30, 15, 15)) == set()


def test_every_equal_frame_counts() -> None:
    """Fifteen more than the first."""
    report = played(equal(40, 15, 30))
    assert report.counts["stuck_frame"] == 15
    assert {one.code for one in report.findings} == {"stuck_frame"}


def test_a_live_stream_that_stands_to_the_end() -> None:
    """There is no end of a range to excuse it."""
    assert told(equal(40, 35, 40, live=True), asked=LIVE) == {"stuck_frame"}


def test_one_bin_differs() -> None:
    """In the last channel: the stream moves."""
    frames = equal(30, 15, 16)
    values = noise(15)
    values[-1, 0] += 0.1
    frames[15] = frame_of(16, values)
    assert told(frames) == set()


WIDE = answer(nfft_effective=1024, hop=50, lines_dt=50 / 1024)
OF_ITS_LINES_DT = {"row_duration", "num_overlaps"}


@pytest.mark.parametrize(("shared", "codes"), [(10, set()), (12, {"stuck_frame"})])
def test_rows_near_the_edges_of_a_range_share_a_window(shared: int, codes: set[str]) -> None:
    """A window of 1024 samples with a hop of 50: ten at either end may be equal, and none in the middle."""
    assert told(equal(60, 1, shared), of=WIDE) - OF_ITS_LINES_DT == codes
    assert told(equal(60, 61 - shared, 60), of=WIDE) - OF_ITS_LINES_DT == codes
    assert "stuck_frame" in told(equal(60, 30, 29 + shared), of=WIDE)


def test_the_edge_excuses_no_stream_that_was_left_in_the_middle() -> None:
    """Only a range that was read to its end has one."""
    assert "stuck_frame" in told(equal(30, 29, 30), complete=False)
    assert "stuck_frame" not in told(equal(30, 29, 30), complete=True)


def test_small_frames_need_more_of_them() -> None:
    """One sensor of four bins could repeat once by chance, not ten times."""
    tiny = answer(
        channel_to_stream_index={10: 0}, channel_amount=1, frequencies_list=(1.0, 2.0, 3.0, 4.0), frequencies_amount=4
    )
    assert told(equal(30, 15, 16, sensors=1, bins=4), of=tiny) == set()
    assert told(equal(30, 15, 25, sensors=1, bins=4), of=tiny) == {"stuck_frame"}


def test_a_channel_that_repeats_itself() -> None:
    """While the others move; told once, with its number."""
    still: Matrix = np.linspace(0.6, 1.9, 8, dtype=np.float32)
    report = played(channel(30, lambda _: still))
    found = only(report, "stuck_channel")
    assert (found.sensor, found.frame, found.value) == (11, 4, 4)
    assert report.counts["stuck_channel"] == 1


def test_three_equal_frames_of_a_channel_are_chance() -> None:
    """Four are not."""
    assert told(channel(30, lambda n: noise(n // 3)[0])) == set()
    assert "stuck_channel" in told(channel(30, lambda n: noise(n // 5)[0]))


def test_a_dead_channel_is_not_stuck() -> None:
    """It is dead, which is told as such."""
    assert told(channel(30, lambda _: np.zeros(8, np.float32))) == {"dead_channel"}


def test_one_value_everywhere() -> None:
    """No two intensities differ, in any frame."""
    frames = [frame_of(n, np.full((4, 8), n, np.float32)) for n in range(1, 31)]
    report = played(frames)
    assert report.counts["sample_unique"] == 30
    assert (only(report, "sample_unique").value, only(report, "sample_unique").expected) == (1.0, 32)


def test_bytes_may_repeat_in_a_quiet_place() -> None:
    """Few cells in bytes say nothing; five hundred do."""
    quiet = [quantised(one) for one in equal(30, 15, 25)]
    assert told(quiet) == set()
    wide = answer(
        channel_to_stream_index=dict.fromkeys(range(10, 110), 0),
        channel_amount=100,
    )
    loud = [quantised(one) for one in equal(30, 15, 25, sensors=100)]
    assert told(loud, of=wide) == {"stuck_frame"}


def test_a_repeated_number_is_no_stuck_frame() -> None:
    """The same frame again is told by its number."""
    frames = [frame_of(n) for n in range(1, 31)]
    assert "stuck_frame" not in told([*frames[:15], replace(frames[14]), *frames[15:]])
