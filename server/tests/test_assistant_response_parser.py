"""The answer parser: what is spoken, which command is found, whatever the model wrote and however it was cut."""

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexy.contracts.commands import CommandPayload
from nexy.core.assistant_response_parser import (
    AnswerEnd,
    AssistantResponseParser,
    parse_assistant_response,
)
from support.broken_answers import HEAD, MODEL_ANSWERS
from support.model_answers import ID, ModelAnswer

every_answer = pytest.mark.parametrize("case", MODEL_ANSWERS, ids=[case.name for case in MODEL_ANSWERS])


def parse(*fragments: str) -> tuple[str, AnswerEnd]:
    """All spoken text, and the end, of an answer that comes in these fragments."""
    parser = AssistantResponseParser()
    spoken = "".join([parser.feed(fragment) for fragment in fragments])
    end = parser.finish()
    return spoken + end.text, end


def chunks(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def test_table_is_large_enough() -> None:
    """At least fifty answers are judged, no two with one name, in three languages."""
    assert len({case.name for case in MODEL_ANSWERS}) == len(MODEL_ANSWERS) >= 50
    letters = "".join(case.answer for case in MODEL_ANSWERS)
    assert all(letter in letters for letter in "яאe")


@every_answer
def test_spoken_words_and_command_are_exact(case: ModelAnswer) -> None:
    """The words, the command with its arguments and the problems are what the table says."""
    spoken, end = parse(case.answer)
    assert spoken == case.spoken
    assert (end.command.command if end.command else None) == case.command
    assert (end.command.args if end.command else {}) == case.args
    assert end.problems == case.problems


@every_answer
def test_fragments_do_not_change_the_answer(case: ModelAnswer) -> None:
    """Cut into pieces of any one size, an answer gives the same words, command and problems."""
    whole = parse(case.answer)
    for size in (1, 2, 3, 4, 5, 7, 11, 16, 40):
        spoken, end = parse(*chunks(case.answer, size))
        assert (spoken, end.command, end.problems) == (whole[0], whole[1].command, whole[1].problems)


@every_answer
def test_every_cut_in_two_gives_the_same_answer(case: ModelAnswer) -> None:
    """Wherever the one cut falls, also inside an escape or a fence, nothing changes."""
    whole = parse(case.answer)
    for at in range(len(case.answer)):
        spoken, end = parse(case.answer[:at], case.answer[at:])
        assert (spoken, end.command) == (whole[0], whole[1].command)


@every_answer
def test_a_prefix_speaks_a_prefix(case: ModelAnswer) -> None:
    """An answer that breaks off anywhere speaks the beginning of its words and nothing else."""
    for at in range(len(case.answer)):
        spoken, _ = parse(case.answer[:at])
        assert case.spoken.startswith(spoken), case.answer[:at]


@every_answer
def test_a_prefix_never_makes_up_a_command(case: ModelAnswer) -> None:
    """A broken-off answer carries the table's command with whole arguments, or none."""
    if not case.command:
        return
    for at in range(len(case.answer)):
        _, end = parse(case.answer[:at])
        if end.command and case.name != "last arguments win":
            assert (end.command.command, end.command.args) == (case.command, case.args)


@given(st.sampled_from(MODEL_ANSWERS), st.lists(st.integers(min_value=0, max_value=400), max_size=12))
def test_any_chunking_gives_the_same_answer(case: ModelAnswer, cuts: list[int]) -> None:
    """Any set of cuts, empty fragments included, gives the table's words and problems."""
    edges = [0, *sorted(min(cut, len(case.answer)) for cut in cuts), len(case.answer)]
    spoken, end = parse(*[case.answer[a:b] for a, b in itertools.pairwise(edges)])
    assert (spoken, end.problems) == (case.spoken, case.problems)


SIGNS = st.sampled_from(list("{}[]:,\"'`\\ \nё😀"))
WORDS = st.sampled_from(
    [
        "```",
        "```json",
        "\\u",
        "d83d",
        "\\ude00",
        '"text"',
        '"command"',
        '"args":{',
        '"open_app"',
        "{{",
        '"text":"',
        "Hi",
    ]
)


@settings(max_examples=400)
@given(st.lists(SIGNS | WORDS, max_size=40), st.integers(min_value=1, max_value=9))
def test_hostile_syntax_is_the_same_however_it_is_cut(parts: list[str], size: int) -> None:
    """Any heap of JSON syntax raises nothing and does not depend on the fragments."""
    answer = "".join(parts)
    whole, split = parse(answer), parse(*chunks(answer, size))
    assert whole[0] == split[0]
    assert (whole[1].command, whole[1].problems) == (split[1].command, split[1].problems)


@given(st.text(alphabet=st.characters(exclude_characters="{[`", codec="utf-8")), st.integers(min_value=1, max_value=9))
def test_plain_text_passes_unchanged(text: str, size: int) -> None:
    """Text without an opening sign is returned as it came, at once, with nothing held back."""
    parser = AssistantResponseParser()
    for fragment in chunks(text, size):
        assert parser.feed(fragment) == fragment
    assert parser.finish() == AnswerEnd(text="")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.text(), st.dictionaries(st.text(), json_values, max_size=4), st.booleans(), st.integers(1, 30))
def test_valid_json_is_read_exactly(text: str, args: dict[str, object], ascii_only: bool, size: int) -> None:
    """Any text and any arguments written by a JSON encoder come back as they were."""
    answer = json.dumps({"session_id": ID, "command": "open_app", "args": args, "text": text}, ensure_ascii=ascii_only)
    spoken, end = parse(*chunks(answer, size))
    assert spoken == text
    assert end.command is not None
    assert end.command.args == args
    assert end.problems == ()


@given(st.text(), st.dictionaries(st.text(), json_values, max_size=3), st.permutations(["command", "args", "text"]))
def test_cut_json_speaks_only_its_text(text: str, args: dict[str, object], order: list[str]) -> None:
    """With its keys in any order and cut anywhere, an object speaks the beginning of its text and no JSON."""
    members = {"command": "open_app", "args": args, "text": text}
    answer = json.dumps({key: members[key] for key in order}, indent=1)
    for at in range(0, len(answer), 3):
        spoken, end = parse(answer[:at])
        assert text.startswith(spoken.removesuffix("\ufffd"))
        assert end.command is None or end.command.args == args


def test_words_are_spoken_before_the_object_ends() -> None:
    """Each fragment of the text is returned as soon as it has come."""
    parser = AssistantResponseParser()
    assert parser.feed('{"text": "Откры') == "Откры"
    assert parser.feed("ваю Сафари") == "ваю Сафари"
    assert parser.feed(r". \ud83d") == ". "
    assert parser.feed(r"\ude00") == "😀"
    assert parser.feed('", "command": "open_app", "args": {"app_name": "Safari"}, ') == ""
    end = parser.finish()
    assert end.command == CommandPayload(command="open_app", args={"app_name": "Safari"})
    assert end.text == ""


def test_prose_before_an_object_is_not_held() -> None:
    """Only what may begin the object waits, never the words before it."""
    parser = AssistantResponseParser()
    assert parser.feed("Sure, one moment. {") == "Sure, one moment. "
    assert parser.feed("x}") == "{x}"


@pytest.mark.parametrize("sign", ["[", "{", '{"a":', "[{"])
def test_deep_nesting_is_swallowed(sign: str) -> None:
    """Ten thousand open brackets in arguments end in a refusal, not in a recursion error."""
    spoken, end = parse(f'{{"text":"Ok.",{HEAD},"args":{{"a":{sign * 10_000}')
    assert spoken == "Ok."
    assert end.command is None


def test_deep_arguments_are_refused_and_the_text_still_spoken() -> None:
    """Arguments nested deeper than the bound refuse the command; what follows them is read as usual."""
    spoken, end = parse(f'{{{HEAD},"args":{{"a":{"[" * 10_000}{"]" * 10_000}}},"text":"Ok."}}')
    assert spoken == "Ok."
    assert (end.command, end.problems) == (None, ("args_too_deep",))


@pytest.mark.parametrize("letter", ["a", "я"])
def test_oversized_arguments_are_refused(letter: str) -> None:
    """Arguments of more than 64 KiB refuse the command, counted in bytes; the text is spoken."""
    message = letter * (64 * 1024 // len(letter.encode()))
    spoken, end = parse(*chunks(f'{{{HEAD},"args":{{"m":"{message}"}},"text":"Ok."}}', 1000))
    assert spoken == "Ok."
    assert (end.command, end.problems) == (None, ("args_too_large",))


def test_oversized_extras_are_dropped() -> None:
    """A foreign member of more than 64 KiB is left out, the command stays."""
    _, end = parse(f'{{{HEAD},"args":{{}},"text":"Ok.","blob":"{"x" * 70_000}","mood":"fine"}}')
    assert end.command is not None
    assert end.command.extras == {"mood": "fine"}
    assert end.problems == ("extra_dropped",)


def test_extras_of_the_model_are_kept() -> None:
    """Keys that we do not know travel with the command; the known ones do not."""
    _, end = parse(f'{{{HEAD},"text":"Ok.","confidence":0.5,"tags":["a"]}}')
    assert end.command == CommandPayload(
        command="open_app", args={}, session_id=ID, extras={"confidence": 0.5, "tags": ["a"]}
    )


def test_a_refused_first_command_does_not_make_room_for_a_second() -> None:
    """Only the first object that names a command counts, even when that one is refused."""
    _, end = parse(f'{{"command":5,"text":"a"}} {{{HEAD},"args":{{"app_name":"Safari"}},"text":"b"}}')
    assert (end.command, end.problems) == (None, ("command_invalid", "second_command"))


def test_whole_answer_has_the_documented_names() -> None:
    """A plain answer is its own text_response without a command_payload; edges are trimmed."""
    response = parse_assistant_response("\n Просто текст.\n")
    assert (response.text_response, response.command_payload, response.problems) == ("Просто текст.", None, ())


def test_whole_answer_without_text_is_an_empty_string() -> None:
    """A command without text gives an empty string to speak and the problem that the caller logs."""
    response = parse_assistant_response(f'{{{HEAD},"args":{{"app_name":"Safari"}}}}')
    assert response.text_response == ""
    assert response.command_payload is not None
    assert response.command_payload.session_id == ID
    assert response.problems == ("text_missing",)
