"""The JSON of chat completions, as far as we read and write it (OpenAI API Reference, "Chat Completions")."""

from typing import Any

import msgspec

from nexy.config.sections import OpenAiConfig
from nexy.contracts.words import Chat


class Delta(msgspec.Struct, gc=False):
    """What one frame adds."""

    content: str | None = None


class Choice(msgspec.Struct, gc=False):
    """One of the answers that the wire allows; we ask for one."""

    delta: Delta | None = None
    finish_reason: str | None = None


class Spent(msgspec.Struct, gc=False):
    """Tokens of the whole request."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Frame(msgspec.Struct, gc=False):
    """One event of the stream: only what every token needs, so that nothing else is decoded."""

    choices: list[Choice] | None = None
    usage: Spent | None = None
    error: Any = None


class Identity(msgspec.Struct, gc=False):
    """Which request of which model a frame belongs to."""

    id: str | None = None
    model: str | None = None


decode_frame = msgspec.json.Decoder(Frame).decode
decode_identity = msgspec.json.Decoder(Identity).decode


def request_body(chat: Chat, config: OpenAiConfig) -> bytes:
    """The streamed question; the screenshot goes with it as a data URL."""
    prompt = _encodable(chat.prompt)
    content: Any = prompt
    if chat.screenshot is not None and chat.screenshot.data and config.send_screenshot:
        picture = {"url": f"data:image/webp;base64,{chat.screenshot.data}"}
        content = [{"type": "text", "text": prompt}, {"type": "image_url", "image_url": picture}]
    messages = [{"role": "system", "content": _encodable(chat.system)}] if chat.system else []
    return msgspec.json.encode(
        {
            "model": config.model,
            "messages": [*messages, {"role": "user", "content": content}],
            "max_tokens": config.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    )


def _encodable(text: str) -> str:
    """The text without lone surrogates, which JSON in UTF-8 cannot carry."""
    return text.encode("utf-8", "replace").decode()
