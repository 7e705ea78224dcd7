"""The validator before the suite: faults caught, good streams left in peace."""

from pathlib import Path

import pytest
from client.tests.mutation.adapter import bound_judge
from client.tests.mutation.all_cases import FAULTS, GOOD_STREAMS
from client.tests.mutation.case import Category, Fault, GoodStream
from client.tests.mutation.scoring import Case, Verdict, counts, judge_all

LEAST_SHARE = 0.95
EVERY = [case for case in FAULTS if case.category is not Category.TRANSPORT]
# The first test that asks for a verdict waits for all of them.
pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def verdicts(request: pytest.FixtureRequest) -> dict[str, Verdict]:
    """The verdicts on the cases of the tests that were chosen, by name."""
    judge = bound_judge()
    if judge is None:
        pytest.skip("the validator is not bound yet: client/tests/mutation/adapter.py")
    return {verdict.case.name: verdict for verdict in judge_all(judge, _chosen(request.session.items))}


def _chosen(items: list[pytest.Item]) -> list[Case]:
    items = [item for item in items if item.path == Path(__file__)]
    names = [getattr(item, "originalname", "") for item in items]
    if test_95_of_100_faults_are_caught.__name__ in names:
        return [*FAULTS, *GOOD_STREAMS]
    cases = (item.callspec.params.get("case") for item in items if hasattr(item, "callspec"))
    return list(dict.fromkeys(case for case in cases if isinstance(case, Fault | GoodStream)))


@pytest.mark.parametrize("case", EVERY, ids=lambda case: f"{case.category}-{case.name}")
def test_the_fault_is_caught(case: Fault, verdicts: dict[str, Verdict]) -> None:
    """An error of the fault's family is among the findings."""
    assert verdicts[case.name].right, verdicts[case.name].story()


@pytest.mark.parametrize("case", GOOD_STREAMS, ids=lambda case: case.name)
def test_a_good_stream_is_left_in_peace(case: GoodStream, verdicts: dict[str, Verdict]) -> None:
    """No finding of a good stream is an error."""
    assert verdicts[case.name].right, verdicts[case.name].story()


def test_95_of_100_faults_are_caught(verdicts: dict[str, Verdict]) -> None:
    """Over all categories, those of the transport too."""
    wrong = [verdict.story() for verdict in verdicts.values() if not verdict.right]
    assert counts(list(verdicts.values()))["faults"].share() >= LEAST_SHARE, "\n".join(wrong)
