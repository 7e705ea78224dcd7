"""Puts every case before a judge and counts: faults caught, faults missed, good streams blamed."""

import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from client.tests.mutation.case import Category, Fault, GoodStream
from client.tests.mutation.judge import Finding, Judge, Severity, Target
from client.tests.mutation.topics import Topic

from nexy_client.testing.streams.answer import order_for
from nexy_client.testing.streams.serving import serve_playbook

Case = Fault | GoodStream
JUDGE_SECONDS = 30.0
# Cases that wait more than they compute share the time; the others would disturb each other's timing.
TOGETHER = 4


class Outcome(StrEnum):
    """What the judge made of a case."""

    CAUGHT = "caught"
    MISSED = "missed"
    QUIET = "quiet"
    FALSE_ALARM = "false alarm"
    CRASHED = "crashed"
    HUNG = "hung"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The outcome of one case; `errors` are the findings of severity error, `reason` what a crash said."""

    case: Case
    outcome: Outcome
    seconds: float
    errors: tuple[Finding, ...] = ()
    reason: str = ""

    @property
    def right(self) -> bool:
        """Whether a fault was caught, a good stream left in peace."""
        return self.outcome in (Outcome.CAUGHT, Outcome.QUIET)

    def story(self) -> str:
        """One line: what was expected and what was said."""
        said = ", ".join(sorted({f"{error.topic} ({error.code})" for error in self.errors})) or self.reason or "nothing"
        if isinstance(self.case, GoodStream):
            return f"{self.case.name}: {self.outcome}; it is good ({self.case.why}); said: {said}"
        wanted = " or ".join(sorted(self.case.topics))
        return f"{self.case.name}: {self.outcome}; expected {wanted} ({self.case.told}); said: {said}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """So many of so many."""

    right: int
    of: int

    def share(self) -> float:
        """Between 0 and 1."""
        return self.right / self.of if self.of else 1.0


def judged(judge: Judge, case: Case) -> Verdict:
    """One case before the judge, who has `JUDGE_SECONDS`."""
    begin = time.monotonic()
    found: list[Finding] = []
    trouble: list[Exception] = []
    with serve_playbook(case.playbook) as served:
        watcher = threading.Thread(
            target=_ask, args=(judge, target_of(case, served.rest_url), found, trouble), daemon=True
        )
        watcher.start()
        watcher.join(JUDGE_SECONDS)
        hung = watcher.is_alive()
    seconds = time.monotonic() - begin
    errors = tuple(finding for finding in found if finding.severity is Severity.ERROR)
    if hung or trouble:
        outcome = Outcome.HUNG if hung else Outcome.CRASHED
        return Verdict(case=case, outcome=outcome, seconds=seconds, reason="".join(map(repr, trouble)))
    return Verdict(case=case, outcome=outcome_of(case, {error.topic for error in errors}), seconds=seconds,
                   errors=errors)  # fmt: skip


def _ask(judge: Judge, target: Target, found: list[Finding], trouble: list[Exception]) -> None:
    try:
        found.extend(judge.check(target))
    except Exception as broken:  # noqa: BLE001  whatever a judge raises is its verdict
        trouble.append(broken)


def target_of(case: Case, rest_url: str) -> Target:
    """What the judge is told of a case: what a user would tell it."""
    watching = case.watching
    return Target(
        rest_url=rest_url,
        order=order_for(case.playbook.plan),
        encoding=watching.encoding,
        max_frames=watching.max_frames,
        limits=watching.limits,
        root_certificate=watching.root_certificate,
        server_name=watching.server_name,
    )


def outcome_of(case: Case, topics: set[Topic]) -> Outcome:
    """A fault is caught by an error of its own family; a good stream is to have none."""
    if isinstance(case, GoodStream):
        return Outcome.FALSE_ALARM if topics else Outcome.QUIET
    return Outcome.CAUGHT if topics & case.topics else Outcome.MISSED


def judge_all(judge: Judge, cases: Iterable[Case]) -> list[Verdict]:
    """Every case, those that only wait at the same time."""
    patient = [case for case in cases if waits(case)]
    busy = [case for case in cases if not waits(case)]
    with ThreadPoolExecutor(TOGETHER) as pool:
        together = list(pool.map(lambda case: judged(judge, case), patient))
    return [*together, *(judged(judge, case) for case in busy)]


def waits(case: Case) -> bool:
    """Whether a case takes real time: it is live, or silent for a while."""
    return case.playbook.plan.live or (isinstance(case, Fault) and case.category is Category.TIME)


def counts(verdicts: Sequence[Verdict]) -> dict[str, Count]:
    """By category; "good" are the good streams, "faults" all categories together."""
    groups: dict[str, list[bool]] = {category: [] for category in Category} | {"faults": [], "good": []}
    for verdict in verdicts:
        names = ["good"] if isinstance(verdict.case, GoodStream) else [verdict.case.category, "faults"]
        for name in names:
            groups[name].append(verdict.right)
    return {str(name): Count(right=sum(rights), of=len(rights)) for name, rights in groups.items()}
