"""What models are told."""

import pytest

from nexy.contracts.completions import Role, Shape
from nexy.contracts.routing import Brief, Complexity, TaskType, Verb
from nexy.workflows.code_prompts import Wish, question_of

CODED = [task for task in TaskType if task is not TaskType.VOICE]


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("task_type", CODED)
def test_every_verb_has_words_for_every_task(verb: Verb, task_type: TaskType) -> None:
    """A system text without gaps, then the caller's matter and nothing of it in the system text."""
    brief = Brief(verb=verb, text="canary", code="x = {y}", language="go", prefix="p", context="c")
    system, user = question_of(brief, task_type, Complexity.ENTERPRISE, Wish()).messages
    assert (system.role, user.role) == (Role.SYSTEM, Role.USER)
    assert "canary" not in system.text
    assert "x = {y}" in user.text
    assert "{language}" not in system.text
    assert "{{" not in system.text


def test_a_lone_text_needs_no_heading() -> None:
    """A plain question stays what it is."""
    _, user = question_of(Brief(verb=Verb.ANSWER, text="why?"), TaskType.DEBUGGING, Complexity.LOW, Wish()).messages
    assert user.text == "why?"


def test_matter_stands_behind_headings() -> None:
    """Each part is named, empty ones are left out."""
    brief = Brief(verb=Verb.EXPLAIN, text="main", code="x", file_path="a.py")
    _, user = question_of(brief, TaskType.DOCUMENTATION, Complexity.LOW, Wish()).messages
    assert user.text == "## Task\nmain\n\n## Code\nx\n\n## File\na.py"


def test_modules_export() -> None:
    """Generated TypeScript is asked for as a module; Python is not."""
    told = {
        language: question_of(
            Brief(verb=Verb.GENERATE, text="x", language=language), TaskType.CODE_GENERATION, Complexity.LOW, Wish()
        ).messages[0].text
        for language in ("typescript", "python")
    }  # fmt: skip
    assert "`export`" in told["typescript"]
    assert "`export`" not in told["python"]


def test_wishes_reach_the_model() -> None:
    """Bounds, the point of an analysis, the number of completions, and JSON where JSON is read."""
    wish = Wish(max_tokens=7, temperature=0.5, analysis="security", count=3)
    analysis = question_of(Brief(verb=Verb.ANALYZE, code="x"), TaskType.CODE_ANALYSIS, Complexity.LOW, wish)
    completion = question_of(Brief(verb=Verb.COMPLETE, prefix="x"), TaskType.CODE_GENERATION, Complexity.LOW, wish)
    answer = question_of(Brief(verb=Verb.ANSWER, text="x"), TaskType.TESTING, Complexity.LOW, wish)
    assert (analysis.max_tokens, analysis.temperature) == (7, 0.5)
    assert "security" in analysis.messages[0].text
    assert "at most 3" in completion.messages[0].text
    assert [one.shape for one in (analysis, completion, answer)] == [Shape.JSON, Shape.JSON, Shape.TEXT]


def test_half_characters_do_not_reach_a_wire() -> None:
    """A lone surrogate is replaced."""
    _, user = question_of(Brief(verb=Verb.ANSWER, text="\ud83d"), TaskType.TESTING, Complexity.LOW, Wish()).messages
    user.text.encode()
