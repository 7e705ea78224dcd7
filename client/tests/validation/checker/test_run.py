"""A whole check, against scripted servers."""

from dataclasses import replace

import pytest
from client.tests.validation.checker.served import HISTORIC, PLAN, checked, codes
from client.tests.validation.examples import answer

from nexy_client.streams import AddressInvalid, ConfigureAnswer
from nexy_client.testing.streams import bends
from nexy_client.testing.streams.plan import JOB_ID
from nexy_client.testing.streams.playbook import Playbook, Reply
from nexy_client.validation import CODES, Thresholds
from nexy_client.validation.checker import CheckOrder, JobWish, check_streams
from nexy_client.validation.checker.run import streams_of


async def test_a_good_server() -> None:
    """Its version, its job, its stream; with every probe."""
    report = await checked(HISTORIC, probes=True)
    assert report.passed, report.all_findings
    assert (report.job_id, report.server_version) == (JOB_ID, "0.1.0")
    assert report.answer is not None
    assert report.seconds > 0
    assert report.started_s > 1_600_000_000


async def test_every_stream_is_watched() -> None:
    """At the same time, each by itself; or those that were asked for."""
    three = Playbook(plan=replace(PLAN, streams=3))
    report = await checked(three)
    assert [one.stream for one in report.streams] == [0, 1, 2]
    assert report.passed, report.all_findings
    assert [one.stream for one in (await checked(three, streams=(1,))).streams] == [1]


async def test_a_fault_of_one_stream_is_told_of_that_stream() -> None:
    """The others are good."""
    lossy = Playbook(plan=replace(PLAN, streams=2), bend=lambda steps, call: (
        bends.without([20])(steps, call) if call.request.stream_id == 1 else steps
    ))  # fmt: skip
    report = await checked(lossy)
    assert {one.stream for one in report.all_findings} == {1}
    assert [one.passed for one in report.streams] == [True, False]


@pytest.mark.parametrize(
    ("playbook", "code"),
    [
        (replace(HISTORIC, configure_reply=Reply(status=500, body=b"{}")), "configure_refused"),
        (replace(HISTORIC, configure_reply=Reply(status=400, body=b'{"error": "nfft"}')), "configure_refused"),
        (replace(HISTORIC, configure_reply=Reply(status=200, body=b"<html>")), "answer_unreadable"),
        (replace(HISTORIC, configure_reply=Reply(status=200, body=b"[]")), "answer_unreadable"),
        (replace(HISTORIC, bend_answer=lambda told: {**told, "stream_port": 0}), "stream_port"),
        (replace(HISTORIC, bend_answer=lambda told: {**told, "stream_port": "many"}), "stream_port"),
        (replace(HISTORIC, bend_answer=lambda told: {**told, "stream_url": "ftp://x"}), "connect_failed"),
        (replace(HISTORIC, bend_answer=lambda told: {**told, "stream_amount": 0}), "stream_amount"),
        (replace(HISTORIC, bend_answer=lambda told: {**told, "job_id": "9-9"}), "job_not_found"),
        (replace(HISTORIC, job_state="failed"), "job_failed"),
    ],
)
async def test_what_is_wrong_with_a_server_is_in_the_report(playbook: Playbook, code: str) -> None:
    """Nothing is raised."""
    report = await checked(playbook)
    assert code in codes(report)
    assert code in CODES
    assert not report.passed


async def test_nobody_is_there() -> None:
    """No server at all is a finding too."""
    report = await check_streams(CheckOrder(api="127.0.0.1:9", job=JobWish(channels=(0, 1))))
    assert codes(report) == {"connect_failed"}
    assert (report.job_id, report.streams, report.answer) == ("", (), None)


async def test_an_order_that_cannot_be_carried_out_raises() -> None:
    """It is the caller's own mistake."""
    with pytest.raises(AddressInvalid):
        await check_streams(CheckOrder(api="ftp://server", job="1-1"))


async def test_a_job_that_exists_is_not_ended() -> None:
    """Ours are, whatever happens; that of somebody else goes on."""
    report = await checked(HISTORIC, job=JOB_ID)
    assert report.passed, report.all_findings
    assert report.source == "demo"


async def test_limits_are_those_of_the_order() -> None:
    """The same server, judged more strictly."""
    report = await checked(HISTORIC, limits=Thresholds(rate_fps=1e9, rate_share=1e9))
    assert codes(report) == {"frame_rate"}


@pytest.mark.parametrize(
    ("index", "streams"), [({10: 0, 11: 1}, (0, 1)), ({}, (0,)), ({10: 7}, (7,)), ({10: -3}, (0,)), ({10: 10**9}, (0,))]
)  # fmt: skip
def test_streams_are_those_that_carry_channels(index: dict[int, int], streams: tuple[int, ...]) -> None:
    """Whatever the answer says of their number, which is judged elsewhere."""
    told: ConfigureAnswer = answer(channel_to_stream_index=index, stream_amount=10**9)
    assert streams_of(told) == streams
