"""The figures of the service: one line for each window, and the same numbers for Prometheus.

`p95_latency_ms` of StreamAudio is the time to its first audio, of the other calls their whole time: the caller of
`observe_rpc` gives what it measured. `error_rate` is the share of all ended calls that failed through our fault;
`backpressure_refusal_rate` the share of all ended calls that were refused; `decision_rate` is per second.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from nexy.contracts.clock import Clock
from nexy.utils.latency_histogram import LatencyHistogram
from nexy.utils.supervisor import TaskSupervisor

EXPOSITION_CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_P95 = 0.95
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 60.0)
# A caller can invent method names; beyond this many they are counted together.
_MOST_NAMES = 64
OTHER_NAMES = "other"
_log = logging.getLogger("nexy.metrics")


class Outcome(StrEnum):
    """How a call ended; only ERROR is a failure of ours."""

    OK = "ok"
    ERROR = "error"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowMetrics:
    """The figures of one window; a call without a measured latency has no p95."""

    window_s: float
    p95_latency_ms: Mapping[str, float]
    error_rate: Mapping[str, float]
    backpressure_refusal_rate: float
    decision_rate: Mapping[str, float]
    rpc_count: Mapping[str, int]


@dataclass(slots=True)
class _Rpc:
    ended: int = 0
    errors: int = 0
    latency: LatencyHistogram = field(default_factory=LatencyHistogram)


@dataclass(slots=True)
class _Window:
    began: float
    rpcs: dict[str, _Rpc] = field(default_factory=dict)
    decisions: dict[str, int] = field(default_factory=dict)
    refusals: int = 0


class MetricsCollector:
    """Counts on the event loop, cheaply; one collector for a server, with a Prometheus registry of its own."""

    def __init__(self, window_seconds: float, clock: Clock) -> None:
        self._window_seconds = window_seconds
        self._clock = clock
        self._window = _Window(clock.monotonic())
        self._rpc_names: set[str] = set()
        self._decision_names: set[str] = set()
        self.registry = CollectorRegistry()
        self._rpc_total = Counter("nexy_rpc", "Ended calls.", ("rpc", "outcome"), registry=self.registry)
        self._latency = Histogram(
            "nexy_rpc_latency_seconds", "Latency of calls; of StreamAudio the time to first audio.", ("rpc",),
            buckets=_BUCKETS, registry=self.registry,
        )  # fmt: skip
        self._refusals = Counter("nexy_backpressure_refusals", "Calls refused for load.", registry=self.registry)
        self._decisions = Counter("nexy_decisions", "Decisions of the log.", ("type",), registry=self.registry)
        self._counters: dict[tuple[str, str], Counter] = {}
        self._latencies: dict[str, Histogram] = {}

    def observe_rpc(self, rpc: str, outcome: Outcome, latency_ms: float | None) -> None:
        """Count one ended call; `latency_ms` is None where nothing was measured, as before a refusal."""
        rpc = _bounded(rpc, self._rpc_names)
        seen = self._window.rpcs.get(rpc)
        if seen is None:
            seen = self._window.rpcs[rpc] = _Rpc()
        seen.ended += 1
        seen.errors += outcome is Outcome.ERROR
        self._count(self._rpc_total, rpc, outcome)
        if latency_ms is not None:
            self.observe_latency(rpc, latency_ms)

    def observe_latency(self, rpc: str, latency_ms: float) -> None:
        """Note one latency at the moment it is known; a call with several answers has several."""
        rpc = _bounded(rpc, self._rpc_names)
        seen = self._window.rpcs.setdefault(rpc, _Rpc())
        seen.latency.add(latency_ms)
        self._latency_of(rpc).observe(latency_ms / 1000)

    def count_decision(self, kind: str) -> None:
        """Count one decision: start, abort, retry, degrade, complete, error …"""
        kind = _bounded(kind, self._decision_names)
        decisions = self._window.decisions
        decisions[kind] = decisions.get(kind, 0) + 1
        self._count(self._decisions, kind)

    def count_refusal(self) -> None:
        """Count one call that was refused because there was too much at once."""
        self._window.refusals += 1
        self._refusals.inc()

    def snapshot(self) -> WindowMetrics:
        """The figures since the last snapshot; the next window begins now."""
        ended, self._window = self._window, _Window(self._clock.monotonic())
        return _figures(ended, max(self._window.began - ended.began, 1e-9))

    def run(self, supervisor: TaskSupervisor) -> None:
        """Log one line for each window, in a task of the supervisor."""
        supervisor.spawn(self._log_windows())

    def final(self) -> WindowMetrics:
        """Log the unfinished window at shutdown, and return it."""
        return self._log_window("final metrics")

    def exposition(self) -> bytes:
        """All figures since the start in Prometheus' text format, of `EXPOSITION_CONTENT_TYPE`."""
        return generate_latest(self.registry)

    async def _log_windows(self) -> None:
        while True:
            await asyncio.sleep(self._window_seconds)
            self._log_window("metrics")

    def _log_window(self, message: str) -> WindowMetrics:
        figures = self.snapshot()
        dur_ms = round(figures.window_s * 1000)
        _log.info(message, extra={"decision": "metrics", "ctx": asdict(figures), "dur_ms": dur_ms})
        return figures

    # Children are kept: looking one up by labels costs more than counting does.
    def _count(self, counter: Counter, *labels: str) -> None:
        key = (labels[0], labels[1] if len(labels) > 1 else "")
        child = self._counters.get(key)
        if child is None:
            child = self._counters[key] = counter.labels(*labels)
        child.inc()

    def _latency_of(self, rpc: str) -> Histogram:
        child = self._latencies.get(rpc)
        if child is None:
            child = self._latencies[rpc] = self._latency.labels(rpc)
        return child


def _bounded(name: str, known: set[str]) -> str:
    if name in known:
        return name
    if len(known) >= _MOST_NAMES:
        return OTHER_NAMES
    known.add(name)
    return name


def _figures(window: _Window, seconds: float) -> WindowMetrics:
    total = sum(rpc.ended for rpc in window.rpcs.values())
    p95 = {name: rpc.latency.quantile(_P95) for name, rpc in window.rpcs.items()}
    return WindowMetrics(
        window_s=round(seconds, 3),
        p95_latency_ms={name: round(value, 2) for name, value in p95.items() if value is not None},
        error_rate={name: round(rpc.errors / rpc.ended, 6) for name, rpc in window.rpcs.items()},
        backpressure_refusal_rate=round(window.refusals / max(total, window.refusals, 1), 6),
        decision_rate={kind: round(count / seconds, 6) for kind, count in window.decisions.items()},
        rpc_count={name: rpc.ended for name, rpc in window.rpcs.items()},
    )
