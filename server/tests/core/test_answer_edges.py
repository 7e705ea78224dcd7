"""Where objects begin and end in an answer."""

import pytest

from nexy.core.answer_edges import (
    MAX_RUN,
    Leftover,
    ObjectBegins,
    ObjectGoesOn,
    Prose,
    Wait,
    after_object,
    at_opener,
    is_markup_only,
    run_of_backticks,
)
from nexy.core.json_tokens import LOOK_AHEAD, Cursor


@pytest.mark.parametrize(
    ("lead", "fenced"),
    [
        ("{", False),
        ("{\n  ", False),
        ("[{", False),
        ("{{", False),
        ("[\n {\n  ", False),
        ("`{", True),
        ("```{", True),
        ("```json\n{", True),
        ("``` JSON5 {", True),
        ("```tool_call\n[ {", True),
        ("````\r\n{ ", True),
    ],
)
@pytest.mark.parametrize("key", ['"a":', '"a b\\"c" :', '"":', "'text':"])
def test_an_object_begins_with_a_quoted_key(lead: str, key: str, fenced: bool) -> None:
    """Brace, quoted key and colon make an object, with the fence and the list around it."""
    assert at_opener(Cursor(text=lead + key), blank=False) == ObjectBegins(end=len(lead), fenced=fenced)


@pytest.mark.parametrize(
    "text",
    [
        "{x}",
        "{ color: red }",
        '{"a"}',
        '{"a", "b": 1}',
        "{'a': 1}",
        "{1: 2}",
        "[1]",
        "[{x",
        '{"a\nb": 1}',
        "{}",
        "{«а»: 1}",
    ],
)
def test_other_braces_are_prose(text: str) -> None:
    """One sign is let go as prose; what follows it is looked at for itself."""
    assert at_opener(Cursor(text=text), blank=False) == Prose(end=1)


@pytest.mark.parametrize(("text", "run"), [("```css\na", 3), ("`x`", 1), ("``{x", 2), ("```use {x", 3)])
def test_other_fences_are_prose(text: str, run: int) -> None:
    """A fence around something else is let go as a whole."""
    assert at_opener(Cursor(text=text), blank=True) == Prose(end=run)


@pytest.mark.parametrize(
    "text", ["`", "```", "```js", "```json\n", "```json\n[", "[", "[ {", "{", "{\n ", '{"comm', '{"a"', '{"a\\', "{'te"]
)
def test_what_may_still_begin_waits(text: str) -> None:
    """While more text may make it an object, nothing is decided."""
    assert at_opener(Cursor(text=text), blank=False) == Wait()


@pytest.mark.parametrize("text", ["{" + " " * (LOOK_AHEAD + 1), '{"' + "x" * 65, "`" * (MAX_RUN + 1), "[" + "\n" * 600])
def test_waiting_is_bounded(text: str) -> None:
    """What does not come within the look-ahead is taken for prose."""
    assert isinstance(at_opener(Cursor(text=text), blank=False), Prose)


def test_an_empty_object_counts_only_alone() -> None:
    """Empty braces are an object at the start or in a fence, and prose behind words."""
    assert at_opener(Cursor(text="{ }"), blank=True) == ObjectBegins(end=2, fenced=False)
    assert at_opener(Cursor(text="```\n{}"), blank=False) == ObjectBegins(end=5, fenced=True)
    assert at_opener(Cursor(text="{}"), blank=False) == Prose(end=1)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (" } x", Leftover(end=2)),
        ("]", Leftover(end=1)),
        ("\n```\nBye", Leftover(end=4, fence=True)),
        (', {"a"', Leftover(end=2, object_follows=True)),
        (', "text": 1', ObjectGoesOn(end=2)),
        (", and so on", Prose(end=0)),
        (" Bye", Prose(end=0)),
        ('\n{"a": 1}', Prose(end=0)),
        (', "quoted" words', Prose(end=0)),
        ("", Wait()),
        (" \n", Wait()),
        (",", Wait()),
        (', "te', Wait()),
        ("\n``", Wait()),
    ],
)
def test_what_stands_behind_a_fenced_object(text: str, verdict: object) -> None:
    """Brackets, the fence and separators belong to the object; words do not."""
    assert after_object(Cursor(text=text), fenced=True) == verdict


def test_a_fence_that_was_not_opened_is_prose() -> None:
    """Backticks behind a bare object open something of their own."""
    assert after_object(Cursor(text="\n```css"), fenced=False) == Prose(end=0)


@pytest.mark.parametrize(
    ("held", "markup"),
    [("{", True), ('{"comm', True), ("[ ", True), ("``", True), ("```JSo", True), ("```\n", True), ("```bash", False)],
)
def test_only_words_are_worth_saying_at_the_end(held: str, markup: bool) -> None:
    """What was held back to the end is dropped when it can only be markup."""
    assert is_markup_only(held) is markup


@pytest.mark.parametrize(("text", "run"), [("", 0), ("x", 0), ("`x", 1), ("```", 3), ("`" * 100, MAX_RUN)])
def test_runs_are_counted(text: str, run: int) -> None:
    """Backticks at the cursor are counted up to the bound."""
    assert run_of_backticks(Cursor(text=text)) == run
