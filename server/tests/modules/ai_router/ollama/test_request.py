"""The JSON of a question to Ollama (its docs/api.md, "Generate a chat completion", and docs/capabilities)."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from nexy.config.ai_router_section import OllamaConfig
from nexy.contracts.completions import Message, Picture, Question, Role, Shape, Tool, ToolCall
from nexy.contracts.errors import ValidationFailed
from nexy.modules.ai_router.ollama.request import request_body

QUESTION = Question(messages=(Message(role=Role.SYSTEM, text="S"), Message(role=Role.USER, text="hi\ud83d")))
LOOK = Tool(name="look", description="Look.", parameters=b'{"type":"object","properties":{"at":{}}}')
HEAR = Tool(name="hear")


def body(question: Question, **config: object) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(request_body(question, "m", OllamaConfig(**config)))  # type: ignore[arg-type]
    return decoded


def test_nothing_is_asked_that_was_not_given() -> None:
    """Model, messages, streaming, the configured bound, and how long the model is to stay."""
    assert body(QUESTION, max_tokens=7, keep_alive_seconds=60.0) == {
        "model": "m",
        "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "hi?"}],
        "stream": True,
        "options": {"num_predict": 7},
        "keep_alive": 60,
    }


def test_sampling_and_bounds_are_options() -> None:
    """Under Ollama's own names; zero is a temperature."""
    asked = body(replace(QUESTION, max_tokens=5, temperature=0.0, top_p=0.5, stop=("a", "b")))
    assert asked["options"] == {"num_predict": 5, "temperature": 0.0, "top_p": 0.5, "stop": ["a", "b"]}


def test_pictures_are_bare_base64_beside_the_words() -> None:
    """No data URL on this wire."""
    pictures = (Picture(media_type="image/png", data="QUJD"), Picture(media_type="image/webp", data="REVG"))
    asked = body(Question(messages=(Message(role=Role.USER, text="See?", pictures=pictures),)))
    assert asked["messages"] == [{"role": "user", "content": "See?", "images": ["QUJD", "REVG"]}]


@pytest.mark.parametrize(
    ("choice", "offered"),
    [("auto", ["look", "hear"]), ("required", ["look", "hear"]), ("hear", ["hear"]), ("none", None)],
)
def test_a_choice_of_tools_is_a_choice_of_what_is_offered(choice: str, offered: list[str] | None) -> None:
    """The wire has no choice of its own."""
    tools = body(replace(QUESTION, tools=(LOOK, HEAR), tool_choice=choice)).get("tools")
    assert (tools and [tool["function"]["name"] for tool in tools]) == offered


def test_a_tool_goes_with_its_schema() -> None:
    """As a function, like on the OpenAI wire."""
    [tool] = body(replace(QUESTION, tools=(LOOK,)))["tools"]
    parameters = {"type": "object", "properties": {"at": {}}}
    assert tool == {"type": "function", "function": {"name": "look", "description": "Look.", "parameters": parameters}}


def test_a_call_goes_back_as_an_object_and_its_result_by_name() -> None:
    """The result names the tool, since this wire knows no ids of calls."""
    call = ToolCall(id="call_1", name="look", arguments='{"at": 1}')
    asked = body(
        Question(
            messages=(
                Message(role=Role.ASSISTANT, tool_calls=(call, replace(call, id="call_2", arguments=""))),
                Message(role=Role.TOOL, text="seen", answers="call_1"),
                Message(role=Role.TOOL, text="lost", answers="unknown"),
            )
        )
    )
    assert asked["messages"] == [
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [
                {"type": "function", "function": {"index": 0, "name": "look", "arguments": {"at": 1}}},
                {"type": "function", "function": {"index": 1, "name": "look", "arguments": {}}},
            ],
        },
        {"role": "tool", "content": "seen", "tool_name": "look"},
        {"role": "tool", "content": "lost"},
    ]


@pytest.mark.parametrize("arguments", ["[]", "{", "7", "[" * 9000])
def test_arguments_that_are_no_object_cannot_go(arguments: str) -> None:
    """The caller is told which part to mend."""
    call = ToolCall(id="a", name="look", arguments=arguments)
    with pytest.raises(ValidationFailed) as caught:
        body(Question(messages=(Message(role=Role.ASSISTANT, tool_calls=(call,)),)))
    assert caught.value.field == "messages"


def test_json_may_be_any_or_have_a_schema() -> None:
    """`format` is the word json or the schema itself."""
    assert body(replace(QUESTION, shape=Shape.JSON))["format"] == "json"
    assert body(replace(QUESTION, shape=Shape.JSON, schema=b'{"type":"array"}'))["format"] == {"type": "array"}
