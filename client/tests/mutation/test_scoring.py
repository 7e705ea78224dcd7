"""The scoring, with judges whose verdict is known."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from client.tests.mutation import score, scoring
from client.tests.mutation.all_cases import FAULTS, GOOD_STREAMS
from client.tests.mutation.case import Fault, GoodStream
from client.tests.mutation.judge import Finding, Judge, Severity, Target
from client.tests.mutation.scoring import Outcome, Verdict, counts, judge_all, judged, outcome_of
from client.tests.mutation.topics import Topic

from nexy_client.testing.streams.answer import order_for

NAN = next(case for case in FAULTS if case.name == "nan_in_one_value")
GOOD = GOOD_STREAMS[0]


@dataclass(frozen=True)
class Says:
    """A judge who always says the same."""

    topics: tuple[Topic, ...] = ()
    severity: Severity = Severity.ERROR

    def check(self, _: Target) -> Sequence[Finding]:
        return [Finding(code="c", topic=topic, severity=self.severity) for topic in self.topics]


class Breaks:
    """A judge who raises."""

    def check(self, target: Target) -> Sequence[Finding]:
        raise RuntimeError(target.rest_url)


@pytest.mark.parametrize(
    ("judge", "fault", "good"),
    [
        (Says((Topic.FINITE,)), Outcome.CAUGHT, Outcome.FALSE_ALARM),
        (Says((Topic.LOSS, Topic.FINITE)), Outcome.CAUGHT, Outcome.FALSE_ALARM),
        (Says((Topic.LOSS,)), Outcome.MISSED, Outcome.FALSE_ALARM),
        (Says((Topic.FINITE,), Severity.WARNING), Outcome.MISSED, Outcome.QUIET),
        (Says(), Outcome.MISSED, Outcome.QUIET),
        (Breaks(), Outcome.CRASHED, Outcome.CRASHED),
    ],
)
def test_only_an_error_of_the_right_family_catches(judge: Judge, fault: Outcome, good: Outcome) -> None:
    """Another family, a warning or a crash catch nothing; any error on a good stream is a false alarm."""
    assert (judged(judge, NAN).outcome, judged(judge, GOOD).outcome) == (fault, good)


def test_a_judge_that_never_answers_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite goes on, and the case counts as not caught."""
    monkeypatch.setattr(scoring, "JUDGE_SECONDS", 0.05)
    released = threading.Event()

    class Hangs:
        def check(self, _: Target) -> Sequence[Finding]:
            released.wait(5)
            return []

    verdict = judged(Hangs(), NAN)
    released.set()
    assert (verdict.outcome, verdict.right) == (Outcome.HUNG, False)


def test_the_judge_hears_only_what_a_user_would_say() -> None:
    """The order, the encoding and the limits: no name, no topic, nothing of the fault."""
    heard: list[Target] = []

    class Listens:
        def check(self, target: Target) -> Sequence[Finding]:
            heard.append(target)
            return []

    judged(Listens(), NAN)
    assert heard[0].order == order_for(NAN.playbook.plan)
    assert (heard[0].encoding, heard[0].max_frames) == (0, 0)
    assert heard[0].rest_url.startswith("http://127.0.0.1:")


def verdict(case: Fault | GoodStream, *topics: Topic) -> Verdict:
    """The verdict of a judge who said these topics."""
    errors = tuple(Finding(code="c", topic=topic) for topic in topics)
    return Verdict(case=case, outcome=outcome_of(case, set(topics)), seconds=0.1, errors=errors)


def test_counts_are_kept_by_category() -> None:
    """Each category, all faults together, and the good streams."""
    found = counts([verdict(NAN, Topic.FINITE), verdict(FAULTS[0]), verdict(GOOD), verdict(GOOD, Topic.GAP)])
    assert (found["content"].right, found["content"].of) == (1, 2)
    assert found["faults"].share() == found["good"].share() == 0.5
    assert found["transport"].share() == 1.0


def test_the_report_tells_what_was_expected() -> None:
    """A missed fault names its families and what was said in their place."""
    text = score.report([verdict(NAN, Topic.GAP), verdict(GOOD)], 1.0)
    assert "nan_in_one_value: missed; expected content.finite" in text
    assert "time.gap (c)" in text


def test_runs_are_recorded_beside_each_other(tmp_path: Path) -> None:
    """The first run stays when the final one is written."""
    scores = tmp_path / "scores.json"
    score.record("first_run", [verdict(NAN), verdict(GOOD, Topic.GAP)], scores)
    score.record("final", [verdict(NAN, Topic.FINITE), verdict(GOOD)], scores)
    found = score.recorded(scores)
    assert found["first_run"]["missed"] == ["nan_in_one_value"]
    assert found["first_run"]["false_alarms"] == ["historic"]
    assert found["final"]["right_of"]["faults"] == [1, 1]
    assert found["final"]["missed"] == found["final"]["false_alarms"] == []


def test_a_first_run_is_written_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody improves a first run afterwards; part of the cases is no run."""
    monkeypatch.setattr(score, "SCORES", tmp_path / "scores.json")
    monkeypatch.setattr(score, "bound_judge", Says)
    score.record("first_run", [verdict(NAN)], score.SCORES)
    assert score.main(["--record", "first_run"]) == 2
    assert score.main(["--record", "final", "--only", "historic"]) == 2
    assert score.main(["--only", "historic"]) == 0
    assert "1 cases" in capsys.readouterr().out


def test_every_case_is_judged_once() -> None:
    """Those that wait and those that do not."""
    live = next(case for case in FAULTS if case.name == "live_frame_lost")
    verdicts = judge_all(Says(), [NAN, live, GOOD])
    assert sorted(verdict.case.name for verdict in verdicts) == ["historic", "live_frame_lost", "nan_in_one_value"]
