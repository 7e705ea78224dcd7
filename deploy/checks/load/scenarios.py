"""What users do, and when it was good; the twin of `../k6`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Form = Mapping[str, str]
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One reply; `body` is empty where it was no JSON object, `status` 0 where nobody answered."""

    status: int
    seconds: float
    body: Body


Check = Callable[[Answer], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One form that is posted again and again, with `pause_seconds` between, as k6 posts objects.

    `p95_seconds` and `most_failed` (a share of the requests) are its thresholds; with `checks_count` at most one
    check in a thousand may fail.
    """

    name: str
    path: str
    form: Form
    checks: Mapping[str, Check]
    pause_seconds: float = 0.0
    p95_seconds: float = 2.0
    most_failed: float = 0.001
    checks_count: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Within so many seconds the number of users grows or falls to `users`."""

    seconds: float
    users: int


STAGES = (
    Stage(seconds=120, users=100),
    Stage(seconds=300, users=100),
    Stage(seconds=120, users=200),
    Stage(seconds=300, users=200),
    Stage(seconds=120, users=0),
)
STEADY_SECONDS = 300.0
STEADY_PER_SECOND = 1000 / 60


def _is_200(answer: Answer) -> bool:
    return answer.status == 200


def _faster_than(seconds: float) -> Check:
    return lambda answer: answer.seconds < seconds


# Nothing is indexed before the search is built, and the protocol has no threshold for checks: it is told, not judged.
SEARCH = Scenario(
    name="search",
    path="/api/v1/search",
    form={"query": "authentication middleware", "context": "express_app", "type": "semantic"},
    checks={
        "status is 200": _is_200,
        "response time < 2s": _faster_than(2),
        "has results": lambda answer: bool(answer.body.get("results")),
    },
    pause_seconds=1.0,
    checks_count=False,
)
GENERATE = Scenario(
    name="generate",
    path="/api/v1/generate",
    form={
        "task_type": "code_generation",
        "language": "typescript",
        "description": "create a REST API endpoint",
        "complexity": "medium",
    },
    checks={
        "status is 200": _is_200,
        "response time < 5s": _faster_than(5),
        "valid code generated": lambda answer: "export" in str(answer.body.get("code", "")),
    },
    pause_seconds=2.0,
    p95_seconds=5.0,
)
STEADY = Scenario(
    name="steady",
    path="/api/v1/route",
    form={"task_type": "code_review", "code": "function test() { return 42; }", "language": "javascript"},
    checks={"status is 200": _is_200},
    most_failed=0.0,
)
RAMPED: Mapping[str, Sequence[Scenario]] = {
    "search": (SEARCH,),
    "generate": (GENERATE,),
    "mixed": (SEARCH, GENERATE),
}
