"""What every wire needs of a conversation before it writes it down in its own way."""

from collections.abc import Sequence
from typing import Any

import msgspec

from nexy.contracts.completions import Message, Role, ToolCall
from nexy.contracts.errors import ValidationFailed
from nexy.utils.encodable import encodable


def split_system(messages: Sequence[Message]) -> tuple[str, Sequence[Message]]:
    """The system texts as one, and everything else; a conversation of nothing but them is the person's own words.

    Raises `ValidationFailed` for a conversation without any content.
    """
    system = "\n\n".join(message.text for message in messages if message.role is Role.SYSTEM and message.text)
    rest = [message for message in messages if message.role is not Role.SYSTEM and _says_something(message)]
    if rest:
        return encodable(system), rest
    if not system:
        raise ValidationFailed("The question is empty.", code="empty_question", field="messages")
    return "", [Message(role=Role.USER, text=system)]


def _says_something(message: Message) -> bool:
    return bool(message.text or message.pictures or message.tool_calls or message.role is Role.TOOL)


def arguments_of(call: ToolCall) -> dict[str, Any]:
    """The arguments of a call as the JSON object that most wires want; raises `ValidationFailed` for anything else."""
    if not call.arguments.strip():
        return {}
    try:
        return msgspec.json.decode(call.arguments, type=dict[str, Any])
    except (ValueError, RecursionError) as broken:
        raise ValidationFailed(
            f"The arguments of the call of {call.name!r} are no JSON object.",
            code="invalid_tool_arguments",
            field="messages",
        ) from broken


def only_users_show(message: Message) -> None:
    """Raise `ValidationFailed` for pictures where no wire takes them."""
    if message.pictures and message.role is Role.ASSISTANT:
        raise ValidationFailed("Only a user can show pictures.", code="misplaced_picture", field="messages")
