"""A question as the body of a request for chat completions."""

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

import msgspec

from nexy.config.ai_router_section import OpenAiConfig
from nexy.contracts.completions import Message, Picture, Question, Role, Shape, Tool, ToolCall
from nexy.utils.encodable import encodable

_OWN_CHOICES = ("auto", "none", "required")


def request_body(question: Question, model: str, config: OpenAiConfig) -> bytes:
    """The streamed question, pictures as data URLs."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [_message(one, seeing=config.send_screenshot) for one in question.messages],
        _limit_key(model): question.max_tokens or config.max_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    body.update(_sampling(question, model))
    if question.tools:
        body["tools"] = tools_of(question.tools)
        body["tool_choice"] = _choice(question.tool_choice)
    if question.shape is Shape.JSON:
        body["response_format"] = _format(question.schema)
    return msgspec.json.encode(body)


def reasons(model: str) -> bool:
    """Whether it is one of OpenAI's reasoning models, which take `max_completion_tokens` and no sampling values."""
    name = model.rpartition("/")[2]
    return name.startswith("gpt-5") or (name[:1] == "o" and name[1:2].isdigit())


def tools_of(tools: Sequence[Tool]) -> Sequence[Mapping[str, Any]]:
    """Tools as this wire, and Ollama's, names them."""
    return [
        {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": encodable(tool.description),
                "parameters": msgspec.Raw(tool.parameters),
            },
        }
        for tool in tools
    ]


def _limit_key(model: str) -> str:
    """Older and compatible servers know only the deprecated name."""
    return "max_completion_tokens" if reasons(model) else "max_tokens"


def _sampling(question: Question, model: str) -> Mapping[str, Any]:
    chosen: dict[str, Any] = {}
    if question.stop:
        chosen["stop"] = [encodable(text) for text in question.stop]
    if not reasons(model):
        if question.temperature is not None:
            chosen["temperature"] = question.temperature
        if question.top_p is not None:
            chosen["top_p"] = question.top_p
    return chosen


def _choice(choice: str) -> Any:  # noqa: ANN401  a word or an object, by the wire
    return choice if choice in _OWN_CHOICES else {"type": "function", "function": {"name": choice}}


def _format(schema: bytes) -> Mapping[str, Any]:
    if not schema:
        return {"type": "json_object"}
    return {"type": "json_schema", "json_schema": {"name": "answer", "schema": msgspec.Raw(schema)}}


def _message(message: Message, *, seeing: bool) -> Mapping[str, Any]:
    text = encodable(message.text)
    match message.role:
        case Role.SYSTEM:
            return {"role": "system", "content": text}
        case Role.USER:
            shown = message.pictures if seeing else ()
            return {"role": "user", "content": _with_pictures(text, shown) if shown else text}
        case Role.ASSISTANT:
            if not message.tool_calls:
                return {"role": "assistant", "content": text}
            calls = [_call(call) for call in message.tool_calls]
            return {"role": "assistant", "content": text or None, "tool_calls": calls}
        case Role.TOOL:
            return {"role": "tool", "tool_call_id": message.answers, "content": text}
        case _:
            assert_never(message.role)


def _with_pictures(text: str, pictures: Sequence[Picture]) -> Sequence[Mapping[str, Any]]:
    words = [{"type": "text", "text": text}] if text else []
    shown = (f"data:{picture.media_type};base64,{picture.data}" for picture in pictures)
    return [*words, *({"type": "image_url", "image_url": {"url": url}} for url in shown)]


def _call(call: ToolCall) -> Mapping[str, Any]:
    function = {"name": call.name, "arguments": encodable(call.arguments)}
    return {"id": call.id, "type": "function", "function": function}
