"""A question as the body of `POST /v1/messages` (Claude API reference, "Create a Message")."""

from collections.abc import Sequence
from typing import Any

import msgspec

from nexy.contracts.completions import Message, Picture, Question, Role, Shape, Tool
from nexy.contracts.errors import ValidationFailed
from nexy.modules.ai_router.exchange.turns import arguments_of, only_users_show, split_system
from nexy.utils.encodable import encodable

_PICTURES = frozenset(("image/jpeg", "image/png", "image/gif", "image/webp"))
_ONLY_JSON = "Answer with one JSON value and nothing else: no words around it, no code fence."
_CHOICES = {"auto": {"type": "auto"}, "none": {"type": "none"}, "required": {"type": "any"}}
# Later models refuse temperature and top_p with a 400 ("Migration guide", Claude Opus 4.7).
_SAMPLED = (
    "claude-3", "claude-haiku-4", "claude-opus-4-0", "claude-opus-4-1", "claude-opus-4-2", "claude-opus-4-5",
    "claude-opus-4-6", "claude-sonnet-4-0", "claude-sonnet-4-2", "claude-sonnet-4-5", "claude-sonnet-4-6",
)  # fmt: skip
_HOTTEST = 1.0


def request_body(question: Question, model: str, max_tokens: int) -> bytes:
    """The streamed question; raises `ValidationFailed` for what the wire cannot carry."""
    system, messages = split_system(question.messages)
    schema = _schema(question)
    if question.shape is Shape.JSON and schema is None:
        system = f"{system}\n\n{_ONLY_JSON}" if system else _ONLY_JSON
    body: dict[str, Any] = {
        "model": model,
        "max_tokens": question.max_tokens or max_tokens,
        "messages": _turns(messages),
        "stream": True,
    }
    if system:
        body["system"] = system
    return msgspec.json.encode({**body, **_sampling(question, model), **_tools(question), **_format(schema)})


def _sampling(question: Question, model: str) -> dict[str, Any]:
    """How to choose words: one of temperature and top_p, where the model takes any."""
    chosen: dict[str, Any] = {"stop_sequences": list(question.stop)} if question.stop else {}
    if model.startswith("claude-") and not model.startswith(_SAMPLED):
        return chosen
    if question.temperature is not None:
        chosen["temperature"] = min(question.temperature, _HOTTEST)
    elif question.top_p is not None:
        chosen["top_p"] = question.top_p
    return chosen


def _tools(question: Question) -> dict[str, Any]:
    if not question.tools:
        return {}
    choice = _CHOICES.get(question.tool_choice) or {"type": "tool", "name": question.tool_choice}
    return {"tools": [_tool(tool) for tool in question.tools], "tool_choice": choice}


def _tool(tool: Tool) -> dict[str, Any]:
    about = {"description": encodable(tool.description)} if tool.description else {}
    return {"name": tool.name, **about, "input_schema": msgspec.Raw(tool.parameters)}


def _format(schema: object) -> dict[str, Any]:
    return {"output_config": {"format": {"type": "json_schema", "schema": _closed(schema)}}} if schema else {}


def _schema(question: Question) -> object:
    """What the answer has to fit; None where it may be any object, since a closed one without properties is empty."""
    if question.shape is not Shape.JSON or not question.schema:
        return None
    schema = msgspec.json.decode(question.schema)
    open_object = isinstance(schema, dict) and schema.get("type") == "object" and not schema.get("properties")
    return None if open_object else schema


def _closed(schema: object) -> object:
    """The schema with every object closed, which the wire demands ("Structured outputs", JSON Schema limitations)."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(part) for name, part in schema.items()}
    if closed.get("type") == "object" and closed.get("additionalProperties", True) is True:
        closed["additionalProperties"] = False
    return closed


def _turns(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """User and assistant in turns: neighbours of one side are one contribution."""
    turns: list[dict[str, Any]] = []
    for message in messages:
        side = "assistant" if message.role is Role.ASSISTANT else "user"
        if not turns or turns[-1]["role"] != side:
            turns.append({"role": side, "content": []})
        turns[-1]["content"] += _blocks(message)
    return turns


def _blocks(message: Message) -> list[dict[str, Any]]:
    only_users_show(message)
    blocks = [_picture(picture) for picture in message.pictures]
    if message.text:
        blocks.append({"type": "text", "text": encodable(message.text)})
    if message.role is Role.TOOL:
        result = {"type": "tool_result", "tool_use_id": _id(message.answers)}
        return [{**result, "content": blocks} if blocks else result]
    calls = [{"type": "tool_use", "id": _id(call.id), "name": call.name, "input": arguments_of(call)}
             for call in message.tool_calls]  # fmt: skip
    return [*blocks, *calls]


def _picture(picture: Picture) -> dict[str, Any]:
    if picture.media_type not in _PICTURES:
        raise ValidationFailed(
            "Claude takes pictures as JPEG, PNG, GIF or WebP.", code="unsupported_picture", field="messages"
        )
    source = {"type": "base64", "media_type": picture.media_type, "data": picture.data}
    return {"type": "image", "source": source}


def _id(call: str) -> str:
    """The id of a call, which may come from another wire: here only letters, digits, _ and - may be in it."""
    if call.isascii() and call.replace("_", "a").replace("-", "a").isalnum():
        return call
    return "".join(char if char.isascii() and (char.isalnum() or char in "_-") else "_" for char in call) or "call"
