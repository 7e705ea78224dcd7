"""What the members of an answer's object mean together."""

import pytest

from nexy.contracts.commands import CommandPayload
from nexy.contracts.turn import JsonValue
from nexy.core.answer_members import AnswerMembers
from nexy.core.json_value import MAX_VALUE_BYTES, Flaw

Member = tuple[str, JsonValue] | tuple[str, JsonValue, Flaw]
OPEN: Member = ("command", "open_app")
ARGS: Member = ("args", {"app_name": "Safari"})
TEXT: Member = ("text", "")
SESSION: Member = ("session_id", "s")


def result(*given: Member, closed: bool = True) -> tuple[CommandPayload | None, list[str]]:
    """The payload of an object with these members, and its problems."""
    members = AnswerMembers()
    for key, value, *flaw in given:
        members.add(key, value, flaw=flaw[0] if flaw else None, size=10)
    payload = members.payload(closed=closed)
    return payload, [problem.value for problem in members.problems]


def test_a_whole_object_has_no_problems() -> None:
    """Command, arguments, text and session make a payload in any order."""
    expected = CommandPayload(command="open_app", args={"app_name": "Safari"}, session_id="s")
    assert result(OPEN, ARGS, TEXT, SESSION) == (expected, [])
    assert result(SESSION, TEXT, ARGS, OPEN) == (expected, [])


@pytest.mark.parametrize("command", [("command", None), ("command", ""), ("command", "  ")])
def test_no_command_is_no_problem(command: Member) -> None:
    """A null or blank command is an ordinary answer."""
    assert result(command, TEXT, SESSION) == (None, [])


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ((OPEN, OPEN, ("command", "close_app")), "command_conflict"),
        ((("command", None), OPEN), "command_conflict"),
        ((("command", ["open_app"]),), "command_invalid"),
        ((("command", None, Flaw.TOO_LARGE),), "command_invalid"),
        ((OPEN, ("args", "Safari")), "args_invalid"),
        ((OPEN, ("args", None, Flaw.MALFORMED)), "args_invalid"),
        ((OPEN, ("args", None, Flaw.INCOMPLETE)), "args_incomplete"),
        ((OPEN, ARGS, ("args", None, Flaw.TOO_LARGE)), "args_too_large"),
        ((OPEN, ("args", None, Flaw.TOO_DEEP)), "args_too_deep"),
    ],
)
def test_doubt_refuses_the_command(given: tuple[Member, ...], problem: str) -> None:
    """A command that is not beyond doubt is refused with its reason."""
    assert result(*given, TEXT, SESSION) == (None, [problem])


def test_a_cut_object_needs_its_arguments() -> None:
    """Without its end, an object's command counts only when the arguments were there."""
    assert result(OPEN, TEXT, SESSION, closed=False) == (None, ["object_truncated", "args_incomplete"])
    payload, problems = result(OPEN, ARGS, TEXT, SESSION, closed=False)
    assert payload is not None
    assert problems == ["object_truncated"]


def test_arguments_may_be_left_out_of_a_whole_object() -> None:
    """A closed object without arguments, or with null, has none."""
    for given in ((OPEN, TEXT, SESSION), (OPEN, ("args", None), TEXT, SESSION)):
        payload, problems = result(*given)
        assert payload is not None
        assert (payload.args, problems) == ({}, [])


@pytest.mark.parametrize("session", [("session_id", None), ("session_id", 5), ("session_id", " "), ("other", 1)])
def test_a_session_that_is_no_string_is_missing(session: Member) -> None:
    """The model's session is a string or it is reported missing."""
    payload, problems = result(OPEN, ARGS, TEXT, session)
    assert payload is not None
    assert (payload.session_id, problems) == (None, ["session_id_missing"])


def test_missing_text_is_told_even_when_the_command_is_refused() -> None:
    """Text missing is a problem of its own."""
    assert result(OPEN, ("args", 5), SESSION) == (None, ["text_missing", "args_invalid"])


def test_a_foreign_object_is_ignored() -> None:
    """An object with neither command nor text is reported as ignored."""
    assert result(("name", "Bob")) == (None, ["object_ignored"])


def test_extras_share_one_bound() -> None:
    """Extras are taken while they fit together; the one that does not is dropped, a later one may fit."""
    members = AnswerMembers()
    for key, size in (("a", MAX_VALUE_BYTES // 2), ("b", MAX_VALUE_BYTES), ("c", 100)):
        members.add(key, key, flaw=None, size=size)
    members.add("command", "close_browser", flaw=None, size=1)
    payload = members.payload(closed=True)
    assert payload is not None
    assert payload.extras == {"a": "a", "c": "c"}
    assert "extra_dropped" in members.problems
