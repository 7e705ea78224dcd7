"""The JSON of a question, as the OpenAI API Reference has it ("Create chat completion")."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from nexy.config.ai_router_section import OpenAiConfig
from nexy.contracts.completions import Message, Picture, Question, Role, Shape, Tool, ToolCall
from nexy.modules.ai_router.openai.request import request_body

SYSTEM = Message(role=Role.SYSTEM, text="S")
USER = Message(role=Role.USER, text='say "hi"')
QUESTION = Question(messages=(SYSTEM, USER))
PICTURE = Picture(media_type="image/png", data="QUJD")


def body(question: Question, model: str = "gpt-4o-mini", **config: object) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(request_body(question, model, OpenAiConfig(**config)))  # type: ignore[arg-type]
    return decoded


def one(message: Message, **config: object) -> Any:
    return body(Question(messages=(message,)), **config)["messages"][0]


def test_nothing_is_asked_that_was_not_given() -> None:
    """Model, messages, the configured bound, streaming and usage, and nothing else."""
    assert body(QUESTION, max_tokens=7) == {
        "model": "gpt-4o-mini",
        "messages": [{"role": "system", "content": "S"}, {"role": "user", "content": 'say "hi"'}],
        "max_tokens": 7,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_sampling_and_bounds_are_the_callers() -> None:
    """Zero is a temperature, not the absence of one."""
    asked = body(replace(QUESTION, max_tokens=5, temperature=0.0, top_p=0.5, stop=("a", "b")))
    assert (asked["max_tokens"], asked["temperature"], asked["top_p"], asked["stop"]) == (5, 0.0, 0.5, ["a", "b"])


@pytest.mark.parametrize(
    ("model", "key"),
    [
        ("gpt-4o-mini", "max_tokens"),
        ("gpt-oss-20b", "max_tokens"),
        ("llama3.2", "max_tokens"),
        ("olmo-2", "max_tokens"),
        ("o1", "max_completion_tokens"),
        ("o4-mini", "max_completion_tokens"),
        ("gpt-5.1-codex", "max_completion_tokens"),
        ("openai/gpt-5-mini", "max_completion_tokens"),
    ],
)
def test_newer_models_are_bounded_by_another_name(model: str, key: str) -> None:
    """`max_tokens` is deprecated and not compatible with the o-series (API reference); other servers know only it."""
    asked = body(replace(QUESTION, max_tokens=5, temperature=0.2), model)
    assert asked[key] == 5
    assert len({"max_tokens", "max_completion_tokens"} & asked.keys()) == 1
    assert ("temperature" in asked) is (key == "max_tokens")


def test_pictures_are_data_urls_beside_the_words() -> None:
    """Each picture is a part of its own, with its media type; without words there is no empty text."""
    shown = {"type": "image_url", "image_url": {"url": "data:image/png;base64,QUJD"}}
    assert one(replace(USER, pictures=(PICTURE, PICTURE)))["content"] == [
        {"type": "text", "text": 'say "hi"'},
        shown,
        shown,
    ]
    assert one(Message(role=Role.USER, pictures=(PICTURE,)))["content"] == [shown]


def test_a_server_that_cannot_see_gets_no_picture() -> None:
    """With send_screenshot off only the words go out."""
    assert one(replace(USER, pictures=(PICTURE,)), send_screenshot=False)["content"] == 'say "hi"'


def test_a_call_and_its_result_keep_their_ids() -> None:
    """What the model wanted and what came of it go back as they were."""
    call = ToolCall(id="call_1", name="look", arguments='{"at":1}')
    said = one(Message(role=Role.ASSISTANT, tool_calls=(call,)))
    function = {"name": "look", "arguments": '{"at":1}'}
    assert said == {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "call_1", "type": "function", "function": function}],
    }
    result = one(Message(role=Role.TOOL, text="seen", answers="call_1"))
    assert result == {"role": "tool", "tool_call_id": "call_1", "content": "seen"}
    assert one(Message(role=Role.ASSISTANT, text="Yes.")) == {"role": "assistant", "content": "Yes."}


@pytest.mark.parametrize(
    ("choice", "told"),
    [
        ("auto", "auto"),
        ("none", "none"),
        ("required", "required"),
        ("look", {"type": "function", "function": {"name": "look"}}),
    ],
)
def test_tools_go_with_their_schema_and_the_choice(choice: str, told: object) -> None:
    """A tool's name as the choice means that tool."""
    tool = Tool(name="look", description="Look.", parameters=b'{"type":"object","properties":{"at":{}}}')
    asked = body(replace(QUESTION, tools=(tool,), tool_choice=choice))
    parameters = {"type": "object", "properties": {"at": {}}}
    function = {"name": "look", "description": "Look.", "parameters": parameters}
    assert asked["tools"] == [{"type": "function", "function": function}]
    assert asked["tool_choice"] == told


def test_json_may_be_any_or_have_a_schema() -> None:
    """Both forms of `response_format`."""
    assert body(replace(QUESTION, shape=Shape.JSON))["response_format"] == {"type": "json_object"}
    narrowed = body(replace(QUESTION, shape=Shape.JSON, schema=b'{"type":"array"}'))["response_format"]
    assert narrowed == {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "array"}}}


def test_lone_surrogates_do_not_stop_a_question() -> None:
    """A character that UTF-8 cannot carry becomes a question mark."""
    assert one(Message(role=Role.USER, text="a\ud83db"))["content"] == "a?b"
