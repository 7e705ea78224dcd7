"""The benchmark of the validator measures a stream that is right, and compares what it says it compares."""

import asyncio
import os

import numpy as np
import pytest
from bench.sensor.served_stream import Served, ServedLoad, measure_served
from bench.sensor.timed import Timed
from bench.sensor.validator_overhead import MUST_PERCENT, Round, answer_for, one_round, overhead_of, told
from bench.voice.accounting import Cores

from nexy_protocol.frame import Frame

SERVED = Served(server_ms=4.0, client_ms=1.0, validator_ms=0.2, source="a fibre")


def test_the_bare_stream_is_right() -> None:
    """The validator finds nothing: else the cost of findings would be measured."""
    seen, report = one_round((20, 16), 30, validating=True)
    assert report.passed, report.findings
    assert report.frames == 30
    assert seen.validator_ms > 0
    assert seen.client_ms > 0


def test_without_a_validator_nothing_is_fed() -> None:
    """The client only takes the arrays."""
    seen, report = one_round((20, 16), 30, validating=False)
    assert report.frames == 0
    assert seen.validator_ms == 0.0


def test_shares_are_of_what_they_say() -> None:
    """Medians; the stream as served for one, the transport alone for the other."""
    without = [
        Round(server_ms=1.0, client_ms=1.0),
        Round(server_ms=1.0, client_ms=1.0),
        Round(server_ms=9.0, client_ms=1.0),
    ]
    validating = [Round(server_ms=1.0, client_ms=1.2, validator_ms=0.1)] * 3
    found = overhead_of(without, validating, SERVED)
    assert found.transport_percent == pytest.approx(5.0)
    assert found.client_percent == pytest.approx(10.0)
    assert found.grown_percent == pytest.approx(10.0)
    assert found.stream_percent == pytest.approx(4.0)
    assert found.holds


def test_the_limit_is_that_of_the_contract() -> None:
    """Five per cent of the stream."""
    heavy = Served(server_ms=4.0, client_ms=1.0, validator_ms=0.26)
    rounds = [Round(server_ms=1.0, client_ms=1.0, validator_ms=0.01)]
    assert MUST_PERCENT == 5.0
    assert not overhead_of(rounds, rounds, heavy).holds
    text = told(overhead_of(rounds, rounds, SERVED))
    assert "4.00 %, must be below 5 %" in text
    assert "a fibre" in text


def test_the_answer_fits_the_frames() -> None:
    """As many channels and bins."""
    answer, asked = answer_for(20, 16, 30)
    assert (answer.channel_amount, answer.frequencies_amount, asked.rows) == (20, 16, 30)


def test_the_thread_clock_takes_down_each_call() -> None:
    """The mean leaves out the extremes."""
    seen: list[int] = []
    timed = Timed(lambda frame: seen.append(int(np.arange(frame.frame_number).sum())))
    for number in range(20):
        timed(Frame(frame_number=number))
    assert len(seen) == 20
    assert 0 <= timed.mean_s < 1


@pytest.mark.long
def test_a_served_stream_is_measured() -> None:
    """A short look at a small synthetic fibre."""
    load = ServedLoad(source="synthetic:?channels=20&rate=1000", told="small", channels=20, bins=16, seconds=1.0)
    before = os.sched_getaffinity(0)
    found = asyncio.run(measure_served(load, Cores.ours()))
    assert found.source == "small"
    assert found.server_ms > 0
    assert 0 < found.validator_ms < found.server_ms + found.client_ms
    assert os.sched_getaffinity(0) == before
