"""From an order to what is computed, and every order that is refused."""

import math

import pytest

from nexy.contracts.errors import ValidationFailed
from nexy.contracts.streams import ViewType
from nexy.modules.sensor_streams.spectra.plan import PlanBounds, plan_job
from support.fake_fibre import BOUNDS, START_NS, START_S, facts, order


def test_the_answer_says_what_will_come() -> None:
    """Rows, their rate, the hop and the frequencies of a recording of 5 s at 1 kHz."""
    job = plan_job(order(), facts(), 10_000, BOUNDS).facts("1-10000", 7.5)
    assert (job.hop, job.row_seconds, job.nfft_effective) == (39, 0.039, 256)
    assert job.rows == math.floor(5.0 / 0.039) == 128
    assert len(job.frequencies_hz) == 129
    assert (job.frequencies_hz[0], job.frequencies_hz[-1]) == (0.0, 500.0)
    assert job.channel_to_stream == dict.fromkeys(range(1, 9), 0)
    assert (job.streams, job.created_at_s, job.job_id) == (1, 7.5, "1-10000")


def test_channels_are_split_into_streams_in_order() -> None:
    """Contiguous groups of at most `channels_per_stream`; the last one takes what is left."""
    plan = plan_job(order(), facts(), 10_000, PlanBounds(max_channels=8, channels_per_stream=3))
    assert [(feed.first_channel, feed.channels) for feed in plan.feeds] == [(1, 3), (4, 3), (7, 2)]
    assert plan.facts("1-1", 0).channel_to_stream == {1: 0, 2: 0, 3: 0, 4: 1, 5: 1, 6: 1, 7: 2, 8: 2}


@pytest.mark.parametrize(
    ("seconds", "rate", "rows"), [(10.0, 200.0, 250), (12.5, 200.0, 312), (10.0, 25.6, 256), (0.6, 1000.0, 15)]
)
def test_rows_are_the_range_over_the_row_time(seconds: float, rate: float, rows: int) -> None:
    """Exact multiples are not lost to floating point."""
    source = facts(sample_rate_hz=rate, samples=100_000)
    plan = plan_job(order(nfft=128, end_s=START_S + seconds), source, 100_000, BOUNDS)
    assert plan.feeds[0].rows == rows


def test_a_range_in_the_middle_begins_at_its_sample() -> None:
    """Fractions of seconds are kept; the feed names the time of its first sample."""
    feed = plan_job(order(start_s=START_S + 1.25, end_s=START_S + 3.5), facts(), 10_000, BOUNDS).feeds[0]
    assert feed.start_ns == START_NS + 1_250_000_000
    assert (feed.samples, feed.rows) == (2250, math.floor(2.25 / 0.039))


def test_a_range_that_was_rounded_to_milliseconds_fits() -> None:
    """The recording's own ends, rounded as clients do, are inside; nothing beyond the last sample is computed."""
    source = facts(sample_rate_hz=3217.8, samples=2060, start_ns=START_NS + 345_678)
    feed = plan_job(order(start_s=START_S, end_s=START_S + 0.641, nfft=512), source, 2060, BOUNDS).feeds[0]
    assert feed.start_ns == source.start_ns
    assert feed.samples is not None
    assert feed.samples <= 2060


def test_live_has_no_end() -> None:
    """Neither time: a feed without rows, of a source that is live."""
    plan = plan_job(order(start_s=None, end_s=None), facts(live=True, kind="loop", samples=None), 10**9, BOUNDS)
    assert plan.feeds[0].live
    assert plan.facts("1-1", 0).rows is None
    assert plan.feeds[0].start_ns is None


def test_a_live_source_gives_a_range_that_it_has() -> None:
    """What lies in the past of a live source can be asked for like a recording."""
    plan = plan_job(order(), facts(live=True, kind="folder", samples=None), 8000, BOUNDS)
    assert plan.feeds[0].rows == 128


def test_a_single_channel_may_have_a_long_window() -> None:
    """Up to 65536, where 2048 is the most for several."""
    source = facts(samples=100_000)
    wanted = order(nfft=65536, first_channel=3, last_channel=3, end_s=START_S + 80.0, view=ViewType.SINGLE_CHANNEL)
    assert plan_job(wanted, source, 100_000, BOUNDS).feeds[0].nfft == 65536


def test_equal_orders_give_equal_computations() -> None:
    """What two jobs can share is equal and hashes alike; the height beyond the bins makes no difference."""
    one = plan_job(order(height=129), facts(), 10_000, BOUNDS).feeds
    other = plan_job(order(height=500), facts(), 10_000, BOUNDS).feeds
    assert one == other
    assert len({*one, *other}) == 1


REFUSED = [
    ("channels.min", {"first_channel": 0}, "channels 1 to 8"),
    ("channels.max", {"last_channel": 9}, "channels 1 to 8"),
    ("channels.min", {"first_channel": 5, "last_channel": 4}, "swap"),
    ("channels.max", {"view": ViewType.SINGLE_CHANNEL}, "one channel"),
    ("nfftSelection", {"nfft": 100}, "send 128"),
    ("nfftSelection", {"nfft": 0}, "too small, at least 128; send 128"),
    ("nfftSelection", {"nfft": -256}, "too small"),
    ("nfftSelection", {"nfft": 1000}, "not a power of two from 128 to 2048; send 1024"),
    ("nfftSelection", {"nfft": 64}, "at least 128"),
    ("nfftSelection", {"nfft": 4096}, "too large, at most 2048 for several channels .65536 for one.; send 2048"),
    ("nfftSelection", {"nfft": 131072, "first_channel": 1, "last_channel": 1}, "too large, at most 65536; send 65536"),
    ("displayInfo.height", {"height": 0}, "at least 1"),
    ("frequencyRange.min", {"lowest_hz": -1.0}, "0 to 500 Hz"),
    ("frequencyRange.min", {"lowest_hz": math.nan}, "0 to 500 Hz"),
    ("frequencyRange.max", {"highest_hz": 500.1}, "0 to 500 Hz"),
    ("frequencyRange.max", {"highest_hz": math.inf}, "0 to 500 Hz"),
    ("frequencyRange.min", {"lowest_hz": 200.0, "highest_hz": 100.0}, "swap"),
    ("frequencyRange", {"lowest_hz": 100.0, "highest_hz": 101.0}, "widen"),
    ("start_time", {"start_s": None}, "both"),
    ("end_time", {"end_s": None}, "both"),
    ("start_time", {"start_s": math.nan}, "epoch seconds"),
    ("start_time", {"start_s": -math.inf}, "epoch seconds"),
    ("end_time", {"end_s": START_S}, "not after"),
    ("end_time", {"end_s": START_S - 1.0}, "not after"),
    ("start_time", {"start_s": START_S - 0.1}, "before the first sample"),
    ("end_time", {"end_s": START_S + 10.1}, "after the last sample"),
    ("end_time", {"end_s": START_S + 0.2}, "less than one window"),
    ("start_time", {"start_s": None, "end_s": None}, "kind loop"),
]


@pytest.mark.parametrize(("field", "wrong", "told"), REFUSED, ids=[str(case[1]) for case in REFUSED])
def test_what_cannot_be_done_is_refused(field: str, wrong: dict[str, object], told: str) -> None:
    """The error names the field as the client sent it and says what to send instead."""
    with pytest.raises(ValidationFailed, match=told) as caught:
        plan_job(order(**wrong), facts(), 10_000, BOUNDS)
    assert caught.value.field == field
    assert caught.value.message.startswith(f"{field}: ")


def test_more_channels_than_a_job_may_have() -> None:
    """The bound of the configuration, with the last channel that would be allowed."""
    with pytest.raises(ValidationFailed, match="send at most 4") as caught:
        plan_job(order(), facts(), 10_000, PlanBounds(max_channels=4, channels_per_stream=4))
    assert caught.value.field == "channels.max"


def test_a_row_longer_than_a_window_needs_a_whole_row() -> None:
    """At a high sample rate a range may hold a window and yet no row."""
    source = facts(sample_rate_hz=48_000.0, samples=480_000)
    with pytest.raises(ValidationFailed, match="1875"):
        plan_job(order(nfft=128, end_s=START_S + 0.01), source, 480_000, BOUNDS)


def test_a_range_that_only_rounds_up_to_a_row_is_refused() -> None:
    """Where a row is longer than a window: 390.6 samples are 391, and still no whole row of 391."""
    source = facts(sample_rate_hz=10_000.0, samples=100_000)
    with pytest.raises(ValidationFailed, match="less than one window of 391"):
        plan_job(order(nfft=128, end_s=START_S + 0.03906), source, 100_000, BOUNDS)
    assert plan_job(order(nfft=128, end_s=START_S + 0.0391), source, 100_000, BOUNDS).feeds[0].rows == 1
