"""A request of the OpenAI wire as a task of ours."""

from collections.abc import Sequence
from typing import assert_never

from nexy.contracts.completions import Message, Picture, Question, Role, Shape, Tool, ToolCall
from nexy.contracts.routing import OpenAiBody, Payer, Task, TaskType
from nexy.transport.http_service.openai.shapes import (
    ChatBody,
    ChatMessage,
    ChosenTool,
    ImagePart,
    Part,
    RefusalPart,
    ResponseFormat,
    TextPart,
    ToolShape,
)

_ROLES = {
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,
    "user": Role.USER,
    "assistant": Role.ASSISTANT,
    "tool": Role.TOOL,
}
_DATA = "data:"
_BASE64 = ";base64"
_NOTHING = (b"", b"null")


def chat_task(body: ChatBody, raw: bytes, request_id: str, payer: Payer) -> Task:
    """The task, with the caller's own bytes for a provider of the same wire."""
    return Task(
        request_id=request_id,
        task_type=TaskType.CODE_GENERATION,
        question=_question(body),
        payer=payer,
        model=body.model,
        passed=OpenAiBody(body=raw, streamed=bool(body.stream), answers=body.n or 1),
    )


def _question(body: ChatBody) -> Question:
    shape, schema = _shape(body.response_format)
    return Question(
        messages=tuple([_message(one) for one in body.messages]),
        max_tokens=body.max_completion_tokens or body.max_tokens,
        temperature=body.temperature,
        top_p=body.top_p,
        stop=(body.stop,) if isinstance(body.stop, str) else tuple(body.stop or ()),
        tools=tuple([_tool(one) for one in body.tools or ()]),
        tool_choice=_choice(body.tool_choice),
        shape=shape,
        schema=schema,
    )


def _message(message: ChatMessage) -> Message:
    role, content = _ROLES[message.role], message.content
    if not isinstance(content, list) and not message.tool_calls and message.tool_call_id is None:
        return Message(role=role, text=content or "")
    parts = content if isinstance(content, list) else ()
    calls = [
        ToolCall(id=call.id, name=call.function.name, arguments=call.function.arguments)
        for call in message.tool_calls or ()
    ]
    return Message(
        role=role,
        text=content if isinstance(content, str) else _text(parts),
        pictures=tuple([_picture(part) for part in parts if isinstance(part, ImagePart)]),
        tool_calls=tuple(calls),
        answers=message.tool_call_id or "",
    )


def _text(parts: Sequence[Part]) -> str:
    told = []
    for part in parts:
        match part:
            case TextPart(text=text) | RefusalPart(refusal=text):
                told.append(text)
            case ImagePart():
                pass
            case _:
                assert_never(part)
    return "\n".join(told)


def _picture(part: ImagePart) -> Picture:
    about, _, data = part.image_url.url.partition(",")
    return Picture(media_type=about.removeprefix(_DATA).removesuffix(_BASE64), data=data)


def _tool(tool: ToolShape) -> Tool:
    function = tool.function
    about = function.description or ""
    parameters = bytes(function.parameters)
    if parameters in _NOTHING:
        return Tool(name=function.name, description=about)
    return Tool(name=function.name, description=about, parameters=parameters)


def _choice(choice: str | ChosenTool | None) -> str:
    if isinstance(choice, ChosenTool):
        return choice.function.name
    return choice or "auto"


def _shape(wanted: ResponseFormat | None) -> tuple[Shape, bytes]:
    if wanted is None or wanted.type == "text":
        return Shape.TEXT, b""
    schema = bytes(wanted.json_schema.schema_) if wanted.json_schema is not None else b""
    return Shape.JSON, b"" if schema in _NOTHING else schema
