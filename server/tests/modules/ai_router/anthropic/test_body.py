"""A question as Anthropic's API reference wants it ("Create a Message")."""

from typing import Any

import msgspec
import pytest

from nexy.contracts.completions import Message, Picture, Question, Role, Shape, Tool, ToolCall
from nexy.contracts.errors import ValidationFailed
from nexy.modules.ai_router.anthropic.body import request_body

MODEL = "claude-sonnet-4-5"
USER = Message(role=Role.USER, text="Hello?")


def body(*messages: Message, model: str = MODEL, **question: Any) -> Any:
    asked = Question(messages=messages or (USER,), **question)
    return msgspec.json.decode(request_body(asked, model, 4096))


def text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


def test_the_least_question() -> None:
    """Model, messages, a limit, which the wire demands, and that it is to be streamed."""
    assert body() == {
        "model": MODEL,
        "max_tokens": 4096,
        "messages": [{"role": "user", "content": [text("Hello?")]}],
        "stream": True,
    }


def test_system_texts_stand_at_the_top() -> None:
    """The wire has no system role: its texts are one, wherever they stood."""
    asked = body(Message(role=Role.SYSTEM, text="Be kind."), USER, Message(role=Role.SYSTEM, text="Be brief."))
    assert asked["system"] == "Be kind.\n\nBe brief."
    assert asked["messages"] == [{"role": "user", "content": [text("Hello?")]}]


def test_a_system_text_alone_is_the_persons() -> None:
    """The wire demands a message of the user."""
    asked = body(Message(role=Role.SYSTEM, text="Say hello."))
    assert asked["messages"] == [{"role": "user", "content": [text("Say hello.")]}]
    assert "system" not in asked


def test_sides_alternate() -> None:
    """Neighbours of one side become one contribution, empty ones none."""
    asked = body(
        USER,
        Message(role=Role.ASSISTANT),
        Message(role=Role.USER, text="Are you there?"),
        Message(role=Role.ASSISTANT, text="Yes."),
        Message(role=Role.ASSISTANT, text="I am."),
        Message(role=Role.USER, text="Good."),
    )
    assert [turn["role"] for turn in asked["messages"]] == ["user", "assistant", "user"]
    assert asked["messages"][0]["content"] == [text("Hello?"), text("Are you there?")]
    assert asked["messages"][1]["content"] == [text("Yes."), text("I am.")]


def test_pictures_come_before_the_words() -> None:
    """Claude docs, "Vision": base64 sources, best placed before the text."""
    shown = Message(role=Role.USER, text="What is it?", pictures=(Picture(media_type="image/webp", data="QUJD"),))
    [turn] = body(shown)["messages"]
    source = {"type": "base64", "media_type": "image/webp", "data": "QUJD"}
    assert turn["content"] == [{"type": "image", "source": source}, text("What is it?")]


@pytest.mark.parametrize(
    "message",
    [
        Message(role=Role.USER, pictures=(Picture(media_type="image/tiff", data="QUJD"),)),
        Message(role=Role.ASSISTANT, pictures=(Picture(media_type="image/png", data="QUJD"),)),
        Message(role=Role.ASSISTANT, tool_calls=(ToolCall(id="t", name="f", arguments="[1]"),)),
        Message(role=Role.ASSISTANT, tool_calls=(ToolCall(id="t", name="f", arguments='{"a": '),)),
    ],
)
def test_what_the_wire_cannot_carry_is_the_callers_fault(message: Message) -> None:
    """Other kinds of pictures, pictures of the assistant, and arguments that are no object."""
    with pytest.raises(ValidationFailed) as caught:
        body(USER, message)
    assert caught.value.field == "messages"


def test_an_empty_question_is_the_callers_fault() -> None:
    """There is nothing to ask."""
    with pytest.raises(ValidationFailed) as caught:
        body(Message(role=Role.USER))
    assert caught.value.code == "empty_question"


def test_calls_and_results_of_tools() -> None:
    """Claude docs, "Handle tool calls": tool_use with an object, then all results in one turn of the user, first."""
    calls = (
        ToolCall(id="toolu_1", name="weather", arguments='{"city": "Oslo"}'),
        ToolCall(id="b", name="now", arguments=""),
    )
    asked = body(
        USER,
        Message(role=Role.ASSISTANT, text="I look.", tool_calls=calls),
        Message(role=Role.TOOL, text="12 degrees", answers="toolu_1"),
        Message(role=Role.TOOL, answers="b"),
        Message(role=Role.USER, text="And?"),
    )
    assert asked["messages"][1]["content"] == [
        text("I look."),
        {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Oslo"}},
        {"type": "tool_use", "id": "b", "name": "now", "input": {}},
    ]
    assert asked["messages"][2]["content"] == [
        {"type": "tool_result", "tool_use_id": "toolu_1", "content": [text("12 degrees")]},
        {"type": "tool_result", "tool_use_id": "b"},
        text("And?"),
    ]


def test_ids_of_other_wires_are_made_to_fit() -> None:
    """The wire takes letters, digits, _ and - in an id; call and result are changed alike."""
    asked = body(
        USER,
        Message(role=Role.ASSISTANT, tool_calls=(ToolCall(id="call:1/ж", name="f", arguments="{}"),)),
        Message(role=Role.TOOL, text="ok", answers="call:1/ж"),
    )
    assert asked["messages"][1]["content"][0]["id"] == asked["messages"][2]["content"][0]["tool_use_id"] == "call_1__"


TOOL = Tool(name="weather", description="The weather", parameters=b'{"type":"object","properties":{}}')


@pytest.mark.parametrize(
    ("choice", "written"),
    [
        ("auto", {"type": "auto"}),
        ("none", {"type": "none"}),
        ("required", {"type": "any"}),
        ("weather", {"type": "tool", "name": "weather"}),
    ],
)
def test_tools_and_the_choice_among_them(choice: str, written: object) -> None:
    """Claude API reference, tools and tool_choice."""
    asked = body(tools=(TOOL,), tool_choice=choice)
    schema = {"type": "object", "properties": {}}
    assert asked["tools"] == [{"name": "weather", "description": "The weather", "input_schema": schema}]
    assert asked["tool_choice"] == written


def test_no_choice_without_tools() -> None:
    """The wire refuses tool_choice where there are no tools."""
    assert "tool_choice" not in body(tool_choice="required")


def test_how_words_are_chosen() -> None:
    """The temperature ends at 1 on this wire, and only one of temperature and top_p may be set."""
    asked = body(temperature=1.6, top_p=0.5, stop=("END",), max_tokens=7)
    assert (asked["temperature"], asked["stop_sequences"], asked["max_tokens"]) == (1.0, ["END"], 7)
    assert "top_p" not in asked
    assert body(top_p=0.5)["top_p"] == 0.5


@pytest.mark.parametrize("model", ["claude-opus-4-7", "claude-opus-5-5", "claude-next-1"])
def test_later_models_get_no_temperature(model: str) -> None:
    """Claude docs, "Migration guide": from Opus 4.7 on these values are refused with a 400."""
    asked = body(model=model, temperature=0.2, top_p=0.5)
    assert "temperature" not in asked
    assert "top_p" not in asked


def test_a_model_of_another_vendor_gets_its_temperature() -> None:
    """Other servers speak this wire with models of their own."""
    assert body(model="glm-5", temperature=0.2)["temperature"] == 0.2


def test_json_by_a_schema_is_the_wires_own() -> None:
    """Claude docs, "Structured outputs": output_config.format, where every object must be closed."""
    schema = b'{"type":"object","properties":{"a":{"type":"array","items":{"type":"object","properties":{"b":{}}}}}}'
    asked = body(shape=Shape.JSON, schema=schema)
    form = asked["output_config"]["format"]
    assert form["type"] == "json_schema"
    assert form["schema"]["additionalProperties"] is False
    assert form["schema"]["properties"]["a"]["items"]["additionalProperties"] is False
    assert "system" not in asked


@pytest.mark.parametrize("schema", [b"", b'{"type":"object"}'])
def test_any_json_is_asked_for_in_words(schema: bytes) -> None:
    """The wire has no mode for any object: a closed one without properties would be empty."""
    asked = body(Message(role=Role.SYSTEM, text="Be kind."), USER, shape=Shape.JSON, schema=schema)
    assert asked["system"].startswith("Be kind.\n\nAnswer with one JSON value")
    assert "output_config" not in asked


def test_lone_surrogates_are_replaced() -> None:
    """JSON in UTF-8 cannot carry them."""
    asked = body(Message(role=Role.SYSTEM, text="a\ud83d"), Message(role=Role.USER, text="b\udc00"))
    assert (asked["system"], asked["messages"][0]["content"][0]["text"]) == ("a?", "b?")
