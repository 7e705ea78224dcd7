"""What the offline brain cannot do, so that it is left out instead of pretending."""

from dataclasses import replace

from nexy.contracts.completions import Shape
from nexy.contracts.errors import ValidationFailed
from nexy.contracts.routing import Attempt, AttemptStatus, Task
from nexy.contracts.routing_table import OFFLINE
from nexy.modules.ai_router.routing.plan import Link, Plan
from nexy.modules.ai_router.variables import variables_of

NOT_ABLE = "not_able"
"""The code of somebody who is left out because the request asks for more than it can do."""
_CANNOT = "the offline brain cannot do what {} asks for"
_FREE_CHOICES = ("auto", "none")
_JSON = Shape.JSON
_LEFT_OUT = Attempt(provider=OFFLINE, model=OFFLINE, status=AttemptStatus.SKIPPED, error=NOT_ABLE)


def beyond_offline(task: Task) -> str:
    """The field of a request on the OpenAI wire that only a model can fulfil; empty where there is none.

    Tools that may be called need not be, so only those that must be count.
    """
    passed, question = task.passed, task.question
    if passed is None:
        return ""
    if question.tool_choice not in _FREE_CHOICES:
        return "tool_choice"
    if question.shape is _JSON:
        return "response_format"
    return "n" if passed.answers > 1 else ""


def without_offline(plan: Plan, field: str) -> Plan:
    """The chain without the offline brain; raises `ValidationFailed` where nobody else is in it."""
    steps = tuple(
        _LEFT_OUT if isinstance(step, Link) and step.provider.name == OFFLINE else step for step in plan.steps
    )
    if not any(isinstance(step, Link) for step in steps):
        raise _alone(plan, field)
    return replace(plan, steps=steps, beyond_offline=field)


def told_not_able(field: str) -> str:
    """The sentence for people."""
    return f"{_CANNOT.format(field)}.".capitalize()


def _alone(plan: Plan, field: str) -> ValidationFailed:
    missing = [step.provider for step in plan.steps if isinstance(step, Attempt) and step.error == "not_configured"]
    remedy = f"set {', '.join(map(variables_of, missing))}" if missing else "no model may be asked for it here"
    failure = ValidationFailed(f"{field}: {_CANNOT.format(field)}; {remedy}", code=NOT_ABLE, field=field)
    failure.attempts = tuple(step if isinstance(step, Attempt) else _LEFT_OUT for step in plan.steps)
    return failure
