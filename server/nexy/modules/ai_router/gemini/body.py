"""A question as the body of `streamGenerateContent` (Gemini API reference, "Generating content")."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from nexy.contracts.completions import Message, Question, Role, Shape, Tool
from nexy.contracts.errors import ValidationFailed
from nexy.modules.ai_router.exchange.turns import arguments_of, only_users_show, split_system
from nexy.utils.encodable import encodable

_MODES = {"auto": "AUTO", "none": "NONE", "required": "ANY"}
_JSON = "application/json"
_ALWAYS_THINKS = "gemini-2.5-pro"
_THOUGHTS = {
    _ALWAYS_THINKS: (128, 32_768),
    "gemini-2.5-flash-lite": (512, 24_576),
    "gemini-2.5-flash": (1, 24_576),
}
_THOUGHTLESS = ("image", "tts", "audio", "live")
_UNSIGNED = ("gemini-1", "gemini-2", "gemma")
# Later models refuse a call of their own without its signature, which has no place in a conversation that may
# have begun at another provider; this value stands for one ("Thought signatures", FAQ).
_FOREIGN = "skip_thought_signature_validator"


def request_body(question: Question, model: str, max_tokens: int, thinking_tokens: int) -> bytes:
    """The streamed question; raises `ValidationFailed` for what the wire cannot carry.

    Thoughts count as output on this wire, so there is room for them beside what the caller wants to read.
    """
    budget = thinking_budget(model, thinking_tokens)
    system, messages = split_system(question.messages)
    body: dict[str, Any] = {
        "contents": _contents(messages, signed=not model.startswith(_UNSIGNED)),
        "generationConfig": _generation(question, max_tokens, budget),
    }
    if system:
        body["systemInstruction"] = {"parts": [{"text": system}]}
    if question.tools:
        body["tools"] = [{"functionDeclarations": [_tool(tool) for tool in question.tools]}]
        body["toolConfig"] = {"functionCallingConfig": _calling(question.tool_choice)}
    return msgspec.json.encode(body)


def thinking_budget(model: str, wanted: int) -> int | None:
    """The thoughts that are allowed, within the model's bounds ("Gemini thinking", the table of budgets).

    None leaves it to the model, also to those of other families, which have no budget or call it otherwise.
    """
    if wanted < 0 or any(part in model for part in _THOUGHTLESS):
        return None
    for family, (least, most) in _THOUGHTS.items():
        if model.startswith(family):
            off = wanted == 0 and family != _ALWAYS_THINKS
            return 0 if off else min(max(wanted, least), most)
    return None


def _generation(question: Question, max_tokens: int, budget: int | None) -> dict[str, Any]:
    chosen: dict[str, Any] = {"maxOutputTokens": (question.max_tokens or max_tokens) + (budget or 0)}
    if budget is not None:
        chosen["thinkingConfig"] = {"thinkingBudget": budget}
    if question.temperature is not None:
        chosen["temperature"] = question.temperature
    if question.top_p is not None:
        chosen["topP"] = question.top_p
    if question.stop:
        chosen["stopSequences"] = list(question.stop)
    if question.shape is Shape.JSON:
        chosen["responseMimeType"] = _JSON
        if question.schema:
            chosen["responseJsonSchema"] = msgspec.Raw(question.schema)
    return chosen


def _tool(tool: Tool) -> dict[str, Any]:
    about = {"description": encodable(tool.description)} if tool.description else {}
    return {"name": tool.name, **about, "parametersJsonSchema": msgspec.Raw(tool.parameters)}


def _calling(choice: str) -> dict[str, Any]:
    if choice in _MODES:
        return {"mode": _MODES[choice]}
    return {"mode": "ANY", "allowedFunctionNames": [choice]}


def _contents(messages: Sequence[Message], *, signed: bool) -> list[dict[str, Any]]:
    """User and model in turns: neighbours of one side are one contribution."""
    contents: list[dict[str, Any]] = []
    names = {call.id: call.name for message in messages for call in message.tool_calls}
    for message in messages:
        side = "model" if message.role is Role.ASSISTANT else "user"
        if not contents or contents[-1]["role"] != side:
            contents.append({"role": side, "parts": []})
        contents[-1]["parts"] += _parts(message, names, signed=signed)
    return contents


def _parts(message: Message, names: Mapping[str, str], *, signed: bool) -> list[dict[str, Any]]:
    only_users_show(message)
    parts: list[dict[str, Any]] = [
        {"inlineData": {"mimeType": picture.media_type, "data": picture.data}} for picture in message.pictures
    ]
    if message.role is Role.TOOL:
        return [_result(message, names), *parts]
    if message.text:
        parts.append({"text": encodable(message.text)})
    for index, call in enumerate(message.tool_calls):
        parts.append({"functionCall": {"id": call.id, "name": call.name, "args": arguments_of(call)}})
        if signed and index == 0:
            parts[-1]["thoughtSignature"] = _FOREIGN
    return parts


def _result(message: Message, names: Mapping[str, str]) -> dict[str, Any]:
    """The result of a call; this wire wants the name of what was called, and an object."""
    if message.answers not in names:
        raise ValidationFailed(
            "A result of a tool answers no call of this conversation.", code="unknown_tool_call", field="messages"
        )
    name = names[message.answers]
    return {"functionResponse": {"id": message.answers, "name": name, "response": _object_of(message.text)}}


def _object_of(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (ValueError, RecursionError):
        return {"output": encodable(text)}
