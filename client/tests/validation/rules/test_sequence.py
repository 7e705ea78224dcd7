"""Numbers grow by one, and what is missing is owned up to."""

from dataclasses import replace

import pytest
from client.tests.validation.examples import LIVE, due, end_of, frame_of, frames_of, good, only, played, told

from nexy_protocol.frame import Frame

LOST = {"frames_lost", "percent_availability"}


def with_drops(frames: list[Frame], drops: dict[int, int]) -> list[Frame]:
    """The count of drops that each frame bears: the newest that was given for a number up to its own."""
    return [
        replace(one, dropped_frames=max((count for at, count in drops.items() if at <= one.frame_number), default=0))
        for one in frames
    ]


def live(*numbers: int) -> list[Frame]:
    """Live frames with these numbers."""
    return frames_of(numbers, live=True)


def on_time(frames: list[Frame]) -> dict[str, object]:
    """Each arrives when its number says."""
    return {"asked": LIVE, "at": lambda place: due(frames[place - 1].frame_number)}


def test_numbers_that_grow_by_one() -> None:
    """Figures tell that nothing is missing."""
    report = played(good())
    figures = {one.name: one.value for one in report.figures}
    assert not report.findings
    assert (figures["percent_availability"], figures["frames_missing"], figures["frames_dropped"]) == (100.0, 0, 0)


def test_one_lost_frame() -> None:
    """The frame behind the gap, how many, and after which."""
    report = played([one for one in good() if one.frame_number != 12], asked=None)
    found = only(report, "frames_lost")
    assert (found.frame, found.value, found.expected) == (13, 1, 11)
    assert only(report, "percent_availability").value == pytest.approx(100 * 29 / 30, abs=1e-3)


def test_every_lost_frame_counts() -> None:
    """However many gaps there are, the first few are kept."""
    report = played(frames_of(range(1, 60, 2)))
    assert report.counts["frames_lost"] == 29
    assert len([one for one in report.findings if one.code == "frames_lost"]) == 5


@pytest.mark.parametrize("number", [0, -5])
def test_numbers_begin_at_one(number: int) -> None:
    """Below it there is nothing."""
    assert "first_frame_number" in told(frames_of(range(number, number + 30)))
    assert "first_frame_number" in told(frames_of(range(number, number + 30), live=True), asked=LIVE)


def test_a_recording_begins_with_its_first_row() -> None:
    """Or behind the one that the call went on after; a live viewer may join late."""
    assert "first_frame_number" in told(frames_of(range(4, 34)))
    assert told(frames_of(range(21, 31)), resume_after_frame=20, limits={"first_frame_s": 60}) - {"row_count"} == set()
    joined = live(*range(501, 531))
    assert told(joined, **on_time(joined), limits={"first_frame_s": 60}) == set()


def test_a_number_that_came_twice() -> None:
    """Told with what was expected."""
    found = only(played([*good(12), frame_of(12), *good(30)[12:]]), "frame_repeated")
    assert (found.frame, found.value, found.expected) == (12, 12, 13)


def test_a_number_that_comes_late() -> None:
    """It is an order, and no loss."""
    frames = good()
    frames[11], frames[12] = frames[12], frames[11]
    assert "frame_order" in told(frames)
    assert "stream_restarted" not in told(frames)


def test_numbers_that_begin_again() -> None:
    """Once told, the new numbers go on."""
    report = played([*good(15), *good(15)])
    assert report.counts["stream_restarted"] == 1
    assert only(report, "stream_restarted").expected == 16
    assert "frame_order" not in report.counts


def test_drops_that_are_owned_up_to() -> None:
    """Three are missing and dropped_frames says three: for information."""
    frames = with_drops(live(*range(1, 20), *range(23, 50)), {23: 3})
    report = played(frames, complete=False, **on_time(frames))
    assert {one.code for one in report.findings} == {"frames_dropped"}
    assert report.counts["frames_dropped"] == 3
    assert report.passed


@pytest.mark.parametrize(
    ("missing", "drops", "codes"),
    [
        (3, {23: 0}, LOST),
        (3, {23: 1}, LOST),
        (3, {23: 5}, {"drop_count", "frames_dropped"}),
        (0, {23: 4}, {"drop_count"}),
    ],
)
def test_drops_that_do_not_agree(missing: int, drops: dict[int, int], codes: set[str]) -> None:
    """Too few explain not all, too many claim what is not so."""
    frames = with_drops(live(*range(1, 23 - missing), *range(23, 50)), drops)
    assert told(frames, **on_time(frames)) == codes


def test_drops_never_go_down() -> None:
    """The count is cumulative."""
    frames = with_drops(live(*range(1, 20), *range(23, 50)), {23: 3})
    frames[40] = replace(frames[40], dropped_frames=0)
    assert "drop_count" in told(frames, **on_time(frames))


def test_a_recording_drops_nothing() -> None:
    """It waits for its reader; dropping is losing."""
    frames = with_drops(frames_of([*range(1, 20), *range(23, 34)]), {23: 3})
    assert {"frames_lost", "drop_count"} <= told(frames)
    assert "drop_count" in told([replace(one, dropped_frames=2) for one in good()])


def test_drops_at_the_very_end() -> None:
    """The message that ends a stream may own up to what came after the last frame."""
    frames = live(*range(1, 31))
    assert told(frames, **on_time(frames), end=end_of(33, dropped=3)) == set()
    assert told(frames, **on_time(frames), end=end_of(30, dropped=3)) == {"drop_count"}


def test_what_a_live_source_gave_during_a_reconnection_is_not_lost() -> None:
    """Nobody could send it; the count of drops begins anew."""
    frames = with_drops(live(*range(1, 20), *range(30, 50)), {1: 2, 30: 0})
    retries = iter([1] * 100)
    report = played(frames, complete=False, retries=lambda: next(retries), **on_time(frames))
    assert {one.code for one in report.findings} == {"reconnected"}
    assert "frames_lost" in told(frames, **on_time(frames))


def test_a_recording_goes_on_where_it_was() -> None:
    """A reconnection explains nothing there."""
    assert told(frames_of([*range(1, 20), *range(23, 34)]), retries=lambda: 1) >= LOST


def test_frames_that_were_sent_again() -> None:
    """The client left them out; the server did not go on where it should have."""
    found = only(played(good(), repeats=lambda: 7), "resume_ignored")
    assert (found.value, found.expected) == (7, 0)
