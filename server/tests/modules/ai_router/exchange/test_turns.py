"""What every wire needs of a conversation."""

import pytest

from nexy.contracts.completions import Message, Picture, Role, ToolCall
from nexy.contracts.errors import ValidationFailed
from nexy.modules.ai_router.exchange.turns import arguments_of, only_users_show, split_system

USER = Message(role=Role.USER, text="Hello?")


def test_system_texts_are_joined_and_taken_out() -> None:
    """Wherever they stood; empty ones leave no gap."""
    system = [Message(role=Role.SYSTEM, text=text) for text in ("a", "", "b")]
    assert split_system([system[0], USER, *system[1:]]) == ("a\n\nb", [USER])


def test_messages_that_say_nothing_are_left_out() -> None:
    """But a tool may have given back nothing, and a picture or a call says enough."""
    kept = [
        USER,
        Message(role=Role.USER, pictures=(Picture(media_type="image/png", data="QUJD"),)),
        Message(role=Role.ASSISTANT, tool_calls=(ToolCall(id="a", name="f", arguments=""),)),
        Message(role=Role.TOOL, answers="a"),
    ]
    assert split_system([Message(role=Role.ASSISTANT), *kept, Message(role=Role.USER)]) == ("", kept)


def test_nothing_but_system_texts_is_the_persons_word() -> None:
    """Every wire demands something that the person says."""
    assert split_system([Message(role=Role.SYSTEM, text="Go.")]) == ("", [Message(role=Role.USER, text="Go.")])


@pytest.mark.parametrize("messages", [[], [Message(role=Role.USER)], [Message(role=Role.SYSTEM)]])
def test_nothing_at_all_is_refused(messages: list[Message]) -> None:
    """Without a single word there is no question."""
    with pytest.raises(ValidationFailed) as caught:
        split_system(messages)
    assert (caught.value.code, caught.value.field) == ("empty_question", "messages")


@pytest.mark.parametrize(("text", "value"), [("", {}), (" ", {}), ("{}", {}), ('{"a": [1]}', {"a": [1]})])
def test_arguments_are_an_object(text: str, value: object) -> None:
    """No arguments are an empty one."""
    assert arguments_of(ToolCall(id="a", name="f", arguments=text)) == value


@pytest.mark.parametrize("text", ["[1]", "null", '{"a": ', "word", "[" * 9000])
def test_other_arguments_are_refused_without_repeating_them(text: str) -> None:
    """The name of the tool is told, its arguments are not."""
    with pytest.raises(ValidationFailed) as caught:
        arguments_of(ToolCall(id="a", name="weather", arguments=text))
    assert "weather" in caught.value.message
    assert text not in caught.value.message


def test_only_an_assistants_pictures_are_misplaced() -> None:
    """A user shows, and a tool may give back a picture."""
    picture = Picture(media_type="image/png", data="QUJD")
    for role in (Role.USER, Role.TOOL):
        only_users_show(Message(role=role, pictures=(picture,)))
    with pytest.raises(ValidationFailed):
        only_users_show(Message(role=Role.ASSISTANT, pictures=(picture,)))
