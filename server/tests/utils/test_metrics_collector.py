"""The figures of a window, and their twins in Prometheus."""

import asyncio
import logging

import pytest
from prometheus_client.parser import text_string_to_metric_families

from nexy.utils.metrics_collector import OTHER_NAMES, MetricsCollector, Outcome
from nexy.utils.supervisor import TaskSupervisor
from support.clock import FakeClock
from support.virtual_time import run_virtual


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def metrics(clock: FakeClock) -> MetricsCollector:
    return MetricsCollector(60.0, clock)


def exposed(metrics: MetricsCollector) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(metrics.exposition().decode())
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value for family in families for sample in family.samples
    }


def test_the_p95_is_that_of_each_call(metrics: MetricsCollector) -> None:
    """One slow call in twenty does not count yet, two do."""
    for number in range(1, 21):
        metrics.observe_rpc("StreamAudio", Outcome.OK, 5000 if number == 20 else 100)
        metrics.observe_rpc("InterruptSession", Outcome.OK, 5000 if number > 18 else 1)
    p95 = metrics.snapshot().p95_latency_ms
    assert p95["StreamAudio"] == pytest.approx(100, rel=0.011)
    assert p95["InterruptSession"] == pytest.approx(5000, rel=0.011)


def test_refusals_cancels_and_bad_requests_are_no_errors(metrics: MetricsCollector) -> None:
    """Each end is counted as what it is."""
    for outcome in Outcome:
        metrics.observe_rpc("StreamAudio", outcome, None)
    metrics.count_refusal()
    figures = metrics.snapshot()
    assert figures.error_rate == {"StreamAudio": 0.2}
    assert figures.backpressure_refusal_rate == 0.2
    assert figures.rpc_count == {"StreamAudio": 5}
    assert figures.p95_latency_ms == {}


def test_decisions_are_counted_per_second(metrics: MetricsCollector, clock: FakeClock) -> None:
    """The rate is that of the window as long as it really was."""
    for kind in ("start", "start", "start", "complete"):
        metrics.count_decision(kind)
    clock.advance(2)
    assert metrics.snapshot().decision_rate == {"start": 1.5, "complete": 0.5}


def test_a_refusal_that_no_call_reported_still_counts(metrics: MetricsCollector) -> None:
    """The rate is never above one and never divides by nothing."""
    metrics.count_refusal()
    assert metrics.snapshot().backpressure_refusal_rate == 1.0
    assert metrics.snapshot().backpressure_refusal_rate == 0.0


def test_a_snapshot_begins_a_new_window(metrics: MetricsCollector, clock: FakeClock) -> None:
    """Figures of one window do not return in the next."""
    metrics.observe_rpc("StreamAudio", Outcome.ERROR, 10)
    clock.advance(60)
    assert metrics.snapshot().window_s == 60.0
    clock.advance(30)
    empty = metrics.snapshot()
    assert (empty.window_s, empty.error_rate, empty.decision_rate) == (30.0, {}, {})


def test_prometheus_has_the_same_numbers_since_the_start(metrics: MetricsCollector) -> None:
    """Totals go on where windows begin anew."""
    metrics.observe_rpc("StreamAudio", Outcome.OK, 120)
    metrics.observe_rpc("StreamAudio", Outcome.REFUSED, None)
    metrics.snapshot()
    metrics.observe_rpc("StreamAudio", Outcome.OK, 2000)
    metrics.count_refusal()
    metrics.count_decision("degrade")
    seen = exposed(metrics)
    assert seen["nexy_rpc_total", "StreamAudio", "ok"] == 2
    assert seen["nexy_rpc_total", "StreamAudio", "refused"] == 1
    assert seen["nexy_rpc_latency_seconds_count", "StreamAudio"] == 2
    assert seen["nexy_rpc_latency_seconds_sum", "StreamAudio"] == pytest.approx(2.12)
    assert seen["nexy_rpc_latency_seconds_bucket", "1.0", "StreamAudio"] == 1
    assert seen["nexy_backpressure_refusals_total",] == 1
    assert seen["nexy_decisions_total", "degrade"] == 1


def test_two_collectors_do_not_share_numbers(metrics: MetricsCollector, clock: FakeClock) -> None:
    """Each server has a registry of its own."""
    metrics.count_refusal()
    assert exposed(MetricsCollector(60.0, clock))["nexy_backpressure_refusals_total",] == 0


def test_invented_names_are_counted_together(metrics: MetricsCollector) -> None:
    """Names from outside cannot fill the memory, nor crowd out the decisions."""
    for number in range(1000):
        metrics.observe_rpc(f"Invented{number}", Outcome.ERROR, 1)
    metrics.count_decision("start")
    figures = metrics.snapshot()
    assert len(figures.rpc_count) == 65
    assert figures.rpc_count[OTHER_NAMES] == 936
    assert list(figures.decision_rate) == ["start"]


def test_one_line_for_each_window_and_a_final_one(caplog: pytest.LogCaptureFixture) -> None:
    """After two and a half windows there are two lines, and the last one at shutdown."""

    async def story() -> None:
        loop = asyncio.get_running_loop()
        clock = FakeClock()
        clock.monotonic = loop.time  # type: ignore[method-assign]
        metrics, supervisor = MetricsCollector(60.0, clock), TaskSupervisor("test")
        metrics.run(supervisor)
        metrics.observe_rpc("StreamAudio", Outcome.OK, 100)
        await asyncio.sleep(150)
        await supervisor.cleanup()
        metrics.count_decision("start")
        metrics.final()

    with caplog.at_level(logging.INFO):
        run_virtual(story())
    lines = [(record.ctx["window_s"], record.ctx["rpc_count"], record.dur_ms) for record in caplog.records]  # type: ignore[attr-defined]
    assert lines == [(60.0, {"StreamAudio": 1}, 60000), (60.0, {}, 60000), (30.0, {}, 30000)]
    assert {record.decision for record in caplog.records} == {"metrics"}  # type: ignore[attr-defined]
