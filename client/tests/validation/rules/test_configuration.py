"""The configure answer does not contradict itself, nor what was asked for."""

import math
from typing import Any

import pytest
from client.tests.validation.examples import CHANNELS, RATE_HZ, answer, good, played

from nexy_client.validation import Asked, StreamValidator

ASKED = Asked(
    live=False, rows=30, first_channel=10, last_channel=13, lowest_hz=10.0, highest_hz=200.0, height=8, nfft=64,
    view_type=0, sample_rate_hz=RATE_HZ,
)  # fmt: skip
LISTED = answer().frequencies_list
TWO = {"stream_amount": 2}


def index(*streams: int) -> dict[str, Any]:
    """Which stream each channel is in."""
    return {"channel_to_stream_index": dict(zip(CHANNELS, streams, strict=True))}


def codes_of(asked: Asked = ASKED, stream_id: int = 0, **changes: Any) -> set[str]:
    """What is told before the first frame."""
    return {one.code for one in StreamValidator(answer(**changes), stream_id, asked=asked).findings}


def test_a_good_answer_is_good() -> None:
    """With everything known, and with nothing."""
    assert codes_of() == codes_of(Asked()) == set()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"job_id": " "}, "job_id"),
        ({"frequencies_list": LISTED[:-1]}, "frequency_amount"),
        ({"frequencies_amount": 7}, "frequency_amount"),
        ({"frequencies_list": (), "frequencies_amount": 0}, "frequency_amount"),
        ({"frequencies_list": (*LISTED[:-1], math.nan)}, "frequency_value"),
        ({"frequencies_list": (*LISTED[:-1], math.inf)}, "frequency_value"),
        ({"frequencies_list": (-1.0, *LISTED[1:])}, "frequency_value"),
        ({"frequencies_list": LISTED[::-1]}, "frequency_order"),
        ({"frequencies_list": (*LISTED[:3], LISTED[2], *LISTED[4:])}, "frequency_order"),
        ({"frequencies_list": (9.9, *LISTED[1:])}, "frequency_range"),
        ({"frequencies_list": (*LISTED[:-1], 200.1)}, "frequency_range"),
        ({"lines_dt": 0.0}, "lines_dt"),
        ({"lines_dt": -0.04}, "lines_dt"),
        ({"lines_dt": math.nan}, "lines_dt"),
        ({"lines_dt": math.inf}, "lines_dt"),
        ({"lines_dt": 0.05}, "sample_rate_resp"),
        ({"hop": 39}, "sample_rate_resp"),
        ({"hop": -1}, "hop"),
        ({"nfft_effective": 63}, "nfft_effective"),
        ({"nfft_effective": 1}, "nfft_effective"),
        ({"nfft_effective": 128}, "nfft_effective"),
        ({"nfft_effective": 8}, "frequency_amount"),
        ({"channel_amount": 3}, "channel_amount"),
        ({"channel_to_stream_index": {}, "channel_amount": 0}, "channel_amount"),
        ({"channel_to_stream_index": dict.fromkeys(range(20, 24), 0)}, "channel_map"),
        ({"channel_to_stream_index": dict.fromkeys((10, 11, 13), 0), "channel_amount": 3}, "channel_map"),
        ({**index(0, 1, 0, 0), **TWO}, "channel_map"),
        ({"stream_amount": 0}, "stream_amount"),
        ({"stream_amount": 2}, "stream_amount"),
        ({**index(0, 0, 2, 2), **TWO}, "stream_amount"),
        ({"view_type": 3}, "view_type"),
        ({"view_type": 2}, "view_type"),
    ],
)  # fmt: skip
def test_each_contradiction_has_its_finding(changes: dict[str, Any], code: str) -> None:
    """Among whatever follows from it."""
    assert code in codes_of(**changes)


def test_the_rate_of_the_source_bounds_frequencies_that_nobody_bounded() -> None:
    """Half of hop / lines_dt, which is 512 Hz here."""
    free = Asked()
    assert codes_of(free, frequencies_list=(*LISTED[:-1], 512.0)) == set()
    assert codes_of(free, frequencies_list=(*LISTED[:-1], 513.0)) == {"frequency_range"}


def test_more_bins_than_asked_for() -> None:
    """displayInfo.height is the most."""
    assert codes_of(Asked(height=7)) == {"frequency_height"}
    assert codes_of(Asked(height=9)) == set()


def test_a_stream_that_the_job_has_not() -> None:
    """Numbers run from 0."""
    assert codes_of(stream_id=1) == {"stream_id"}


def test_one_channel_is_seen_alone() -> None:
    """view_type 1 with four channels contradicts itself."""
    assert codes_of(Asked(view_type=1), view_type=1) == {"view_type"}
    alone = {"view_type": 1, "channel_amount": 1, "channel_to_stream_index": {10: 0}}
    assert codes_of(Asked(view_type=1), **alone) == set()


def test_older_servers_say_less() -> None:
    """Without hop, nfft and unit nothing about them can be wrong."""
    assert codes_of(Asked(), hop=0, nfft_effective=0, intensity_unit="") == set()


def test_findings_tell_the_two_numbers() -> None:
    """What the answer says, and what it should."""
    found = played(good(), of=answer(channel_amount=3)).findings[0]
    assert (found.code, found.value, found.expected, found.frame) == ("channel_amount", 3, 4, None)
