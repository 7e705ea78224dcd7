"""One stream of a check, against a scripted server."""

from dataclasses import replace
from typing import Any

import grpc
from client.tests.validation.checker.served import HISTORIC, LIVE, checked, codes

from nexy_client.testing.steps import Hang
from nexy_client.testing.streams import bends
from nexy_client.validation import CheckReport, Thresholds
from nexy_client.validation.checker import CheckOrder, Progress
from nexy_client.validation.checker.stream_check import reading_s
from nexy_protocol.encoding import Encoding

QUICK = Thresholds(stall_s=0.2, first_frame_s=0.3)


def figure(report: CheckReport, name: str) -> float:
    """Of the first stream."""
    return next(one.value for one in report.streams[0].figures if one.name == name)


async def test_a_range_is_read_to_its_end() -> None:
    """Every row, the client's own figures beside those of the rules."""
    report = await checked(HISTORIC)
    assert report.passed, report.all_findings
    assert report.streams[0].frames == HISTORIC.plan.rows
    assert 0 < figure(report, "connect_time") < 5
    assert figure(report, "reconnects") == 0


async def test_a_live_stream_is_left_after_its_seconds() -> None:
    """And is not blamed for not ending."""
    report = await checked(LIVE, seconds=0.8)
    assert report.passed, report.all_findings
    assert 10 < report.streams[0].frames < 30


def test_a_source_of_long_files_is_read_for_three_of_them() -> None:
    """Otherwise not one might come; a source that flows is read as long as was asked for."""
    order = CheckOrder(api="h", job="1-1", seconds=30.0)
    assert (reading_s(order, 60.0), reading_s(order, 2.0), reading_s(order, 0.0)) == (180.0, 30.0, 30.0)


async def test_so_many_frames_and_no_more() -> None:
    """A server that gives more is told of, and left."""
    assert (await checked(HISTORIC, frames=10)).streams[0].frames == 10
    report = await checked(replace(HISTORIC, heeds_limit=False), frames=10)
    assert codes(report) == {"max_frames_exceeded"}
    assert report.streams[0].frames == 11


async def test_the_encoding_is_asked_for_and_judged() -> None:
    """Every one of the contract."""
    for encoding in Encoding:
        report = await checked(HISTORIC, encoding=encoding)
        assert report.passed, report.all_findings


async def test_what_follows_the_end_is_seen() -> None:
    """A client would have stopped reading."""

    def goes_on(steps: list[Any], _: object) -> list[Any]:
        return [*steps, *(bends.copied(one) for one in bends.frames_of(steps)[-2:])]

    assert "frames_after_end" in codes(await checked(replace(HISTORIC, bend=goes_on)))


async def test_a_server_that_hangs() -> None:
    """Given up after a few times what is a stall."""
    report = await checked(replace(HISTORIC, bend=bends.cut_after(20, Hang())), limits=QUICK)
    assert "stall" in codes(report)
    assert report.seconds < 10


async def test_a_blip_is_mended_and_told() -> None:
    """One reconnection; what the server sent again would be told too."""
    lost = bends.failed(grpc.StatusCode.UNAVAILABLE, "the connection was reset")
    blip = replace(HISTORIC, bend=bends.first_call(bends.cut_after(10, lost)))
    report = await checked(blip, limits=Thresholds(reconnects=0))
    assert report.passed, report.all_findings
    assert figure(report, "reconnects") == 1
    assert codes(report) == {"reconnects"}


async def test_progress_is_told() -> None:
    """How far of how much, and how many problems so far."""
    seen: list[Progress] = []
    await checked(HISTORIC, watcher=seen.append)
    assert (seen[-1].frames, seen[-1].due, seen[-1].problems) == (HISTORIC.plan.rows, HISTORIC.plan.rows, 0)
    assert [one.frames for one in seen] == sorted(one.frames for one in seen)


async def test_progress_of_a_broken_answer() -> None:
    """A row rate of zero breaks no progress bar."""
    seen: list[Progress] = []
    wrong = replace(LIVE, bend_answer=lambda told: {**told, "lines_dt": 0.0})
    report = await checked(wrong, seconds=0.5, watcher=seen.append)
    assert "lines_dt" in codes(report)
    assert seen[-1].due is None


async def test_a_port_that_nobody_listens_at() -> None:
    """A finding of the whole check; no report of a stream."""
    report = await checked(replace(HISTORIC, closed=True), limits=Thresholds(connect_s=0.3))
    assert codes(report) == {"connect_failed"}
    assert report.streams == ()


async def test_a_slow_connection_is_told_with_its_seconds() -> None:
    """It stands, and took too long."""
    report = await checked(HISTORIC, limits=Thresholds(connect_s=1e-4))
    assert codes(report) <= {"connect_time", "connect_failed"}
    assert not report.passed
