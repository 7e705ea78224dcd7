"""What was seen, and whether it is good enough."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from deploy.checks.load.scenarios import Answer, Scenario

_MOST_FAILED_CHECKS = 0.001


@dataclass(slots=True, kw_only=True)
class Tally:
    """One scenario; `late` counts requests that could not be sent when they were due."""

    scenario: Scenario
    seconds: list[float] = field(default_factory=list)
    failed: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    late: int = 0

    def note(self, answer: Answer) -> None:
        """One request has ended; like k6, anything but 2xx and 3xx is a failure."""
        self.seconds.append(answer.seconds)
        self.statuses[answer.status] += 1
        self.failed += not 200 <= answer.status < 400
        for name, check in self.scenario.checks.items():
            self.passed[name] += check(answer)

    @property
    def requests(self) -> int:
        """How many have ended."""
        return len(self.seconds)

    def percentile(self, share: float) -> float:
        """Seconds that so many of the requests stay within; infinite without any."""
        ordered = sorted(self.seconds)
        return ordered[max(math.ceil(share * len(ordered)) - 1, 0)] if ordered else math.inf

    @property
    def thresholds(self) -> Sequence[tuple[str, bool]]:
        """Each one in words, and whether it holds."""
        scenario, p95 = self.scenario, self.percentile(0.95)
        share = self.failed / self.requests if self.requests else 1.0
        told = [
            (f"p(95) {1000 * p95:.0f} ms < {1000 * scenario.p95_seconds:.0f} ms", p95 < scenario.p95_seconds),
            (f"failed {100 * share:.3f} % ≤ {100 * scenario.most_failed:g} %", share <= scenario.most_failed),
            (f"late {self.late} = 0", not self.late),
        ]
        if scenario.checks_count:
            checks = self.requests * len(scenario.checks)
            failed = (checks - self.passed.total()) / checks if checks else 1.0
            told.append((f"failed checks {100 * failed:.3f} % ≤ 0.1 %", failed <= _MOST_FAILED_CHECKS))
        return told

    @property
    def good(self) -> bool:
        """Whether all of them hold."""
        return all(holds for _, holds in self.thresholds)


def table(tallies: Sequence[Tally], seconds: float) -> str:
    """Everything that was seen, in the manner of k6."""
    lines: list[str] = []
    for tally in tallies:
        rate = tally.requests / seconds if seconds else 0.0
        spread = ", ".join(f"p{100 * share:g} {1000 * tally.percentile(share):.1f} ms" for share in (0.5, 0.95, 0.99))
        lines.append(f"{tally.scenario.name}: {tally.requests} requests, {rate:.1f}/s, {spread}")
        statuses = ", ".join(f"{status} × {count}" for status, count in sorted(tally.statuses.items()))
        lines.append(f"    statuses: {statuses or 'none'}")
        lines += [
            f"    check {name}: {100 * tally.passed[name] / max(tally.requests, 1):.2f} %"
            for name in tally.scenario.checks
        ]
        lines += [f"    {'✓' if holds else '✗'} {text}" for text, holds in tally.thresholds]
    total = sum(tally.requests for tally in tallies)
    lines.append(f"in all {total} requests in {seconds:.0f} s, {total / seconds:.1f}/s")
    return "\n".join(lines)
