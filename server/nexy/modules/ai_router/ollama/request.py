"""A question as the body of a request to /api/chat."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from nexy.config.ai_router_section import OllamaConfig
from nexy.contracts.completions import Message, Question, Shape, Tool, ToolCall
from nexy.modules.ai_router.exchange.turns import arguments_of
from nexy.modules.ai_router.openai.request import tools_of
from nexy.utils.encodable import encodable


def request_body(question: Question, model: str, config: OllamaConfig) -> bytes:
    """The streamed question; pictures are bare base64.

    The wire has no tool choice: "none" sends no tools, a name sends that tool alone, "required" is left to the model.
    """
    called = {call.id: call.name for message in question.messages for call in message.tool_calls}
    body: dict[str, Any] = {
        "model": model,
        "messages": [_message(one, called) for one in question.messages],
        "stream": True,
        "options": _options(question, config),
        "keep_alive": config.keep_alive_seconds,
    }
    if tools := _offered(question):
        body["tools"] = tools_of(tools)
    if question.shape is Shape.JSON:
        body["format"] = msgspec.Raw(question.schema) if question.schema else "json"
    return msgspec.json.encode(body)


def _options(question: Question, config: OllamaConfig) -> Mapping[str, Any]:
    options: dict[str, Any] = {"num_predict": question.max_tokens or config.max_tokens}
    if question.temperature is not None:
        options["temperature"] = question.temperature
    if question.top_p is not None:
        options["top_p"] = question.top_p
    if question.stop:
        options["stop"] = [encodable(text) for text in question.stop]
    return options


def _offered(question: Question) -> Sequence[Tool]:
    match question.tool_choice:
        case "none":
            return ()
        case "auto" | "required":
            return question.tools
        case name:
            return [tool for tool in question.tools if tool.name == name]


def _message(message: Message, called: Mapping[str, str]) -> Mapping[str, Any]:
    said: dict[str, Any] = {"role": message.role.value, "content": encodable(message.text)}
    if message.pictures:
        said["images"] = [picture.data for picture in message.pictures]
    if message.tool_calls:
        said["tool_calls"] = [_call(call, at) for at, call in enumerate(message.tool_calls)]
    if message.answers in called:
        said["tool_name"] = called[message.answers]
    return said


def _call(call: ToolCall, at: int) -> Mapping[str, Any]:
    """This wire wants the arguments as an object, not as text."""
    return {"type": "function", "function": {"index": at, "name": call.name, "arguments": arguments_of(call)}}
