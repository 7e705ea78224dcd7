"""What a scripted server does next, and short names for the usual answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import grpc

from nexy_client.decoding import ACTION_PREFIX
from nexy_protocol.streaming_pb2 import ActionMessage, AudioChunk, StreamResponse, WelcomeMetadata, WelcomeResponse

FRAME_BYTES = 2
TONE = (b"\x10\x00" * 8 + b"\xf0\xff" * 8) * 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Finish:
    """End the call here, with this status and these trailers."""

    status: grpc.StatusCode = grpc.StatusCode.OK
    details: str = ""
    trailers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Hang:
    """Say nothing more until the device interrupts or hangs up."""


Step: TypeAlias = StreamResponse | WelcomeResponse | Finish | Hang


def chunk(milliseconds: int = 20, *, sample_rate: int = 48_000, data: bytes | None = None) -> AudioChunk:
    """A truthful mono chunk of a tone, or of `data`."""
    sound = data if data is not None else tone(milliseconds, sample_rate)
    shape = (len(sound) // FRAME_BYTES, 1)
    return AudioChunk(audio_data=sound, dtype="int16", shape=shape, sample_rate=sample_rate, channels=1)


def tone(milliseconds: int, sample_rate: int) -> bytes:
    """Audible int16 mono samples."""
    return TONE[: FRAME_BYTES * sample_rate * milliseconds // 1000]


def text(words: str) -> StreamResponse:
    """One sentence."""
    return StreamResponse(text_chunk=words)


def sound(audio: AudioChunk | None = None) -> StreamResponse:
    """One piece of sound, 20 ms unless told."""
    return StreamResponse(audio_chunk=audio if audio is not None else chunk())


def end(words: str = "TURN_COMPLETE") -> StreamResponse:
    """The end of an answer."""
    return StreamResponse(end_message=words)


def refused(field: str, reason: str, status: grpc.StatusCode = grpc.StatusCode.INVALID_ARGUMENT) -> list[Step]:
    """One error_message that names the field, then the status."""
    message = f"{field}: {reason}"
    return [StreamResponse(error_message=message), Finish(status=status, details=message)]


def action_text(session_id: str, command: str, args: Mapping[str, Any]) -> StreamResponse:
    """An action in the documented text form."""
    payload = {"session_id": session_id, "command": command, "args": dict(args)}
    body = {"event": "mcp.command_request", "payload": payload, "confirm": False}
    return text(ACTION_PREFIX + json.dumps(body, ensure_ascii=False))


def action_message(session_id: str, command: str, args: Mapping[str, Any]) -> StreamResponse:
    """An action as a message of its own."""
    flat = {"session_id": session_id, "command": command, "args": dict(args), "confirm": False}
    message = ActionMessage(action_json=json.dumps(flat, ensure_ascii=False), session_id=session_id)
    return StreamResponse(action_message=message)


def greeting_metadata(seconds: float, sample_rate: int = 48_000) -> WelcomeResponse:
    """What a greeting promises."""
    metadata = WelcomeMetadata(
        method="server", duration_sec=seconds, sample_rate=sample_rate, channels=1, dtype="int16"
    )
    return WelcomeResponse(metadata=metadata)


def greeting_sound(audio: AudioChunk | None = None) -> WelcomeResponse:
    """One piece of a greeting."""
    return WelcomeResponse(audio_chunk=audio if audio is not None else chunk())


def greeting_end(words: str = "WELCOME_COMPLETE") -> WelcomeResponse:
    """The end of a greeting."""
    return WelcomeResponse(end_message=words)
