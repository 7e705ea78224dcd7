"""Voice messages: proto ↔ dataclass. Ids are validated here and never made."""

import re
from typing import assert_never

import msgspec

from nexy.contracts.commands import ACTION_PREFIX
from nexy.contracts.devices import NOT_DEVICES
from nexy.contracts.errors import ValidationFailed
from nexy.contracts.turn import (
    ActionEvent,
    EndEvent,
    JsonValue,
    Phase,
    Screenshot,
    SoundEvent,
    TextEvent,
    VoiceEvent,
    VoiceRequest,
)
from nexy.contracts.welcome import WelcomeEvent, WelcomeMetadata
from nexy_protocol import streaming_pb2 as pb

MAX_HARDWARE_ID = 128
DTYPE = "int16"
_UUID_4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)


def hardware_id_of(value: str) -> str:
    """The id as given; raises `ValidationFailed` for a blank, unknown, too long or unprintable one."""
    if not value.strip() or value.strip().lower() == "unknown":
        raise ValidationFailed("hardware_id: it is empty or unknown; send the id of the device", field="hardware_id")
    if len(value) > MAX_HARDWARE_ID or not value.isprintable():
        raise ValidationFailed(
            f"hardware_id: at most {MAX_HARDWARE_ID} printable characters are allowed", field="hardware_id"
        )
    if value.startswith(NOT_DEVICES):
        raise ValidationFailed("hardware_id: persons, keys and addresses have such names", field="hardware_id")
    return value


def session_id_of(value: str) -> str:
    """The id in lower case, so that it names one session; raises `ValidationFailed` unless it is a UUID version 4."""
    if _UUID_4.fullmatch(value) is None:
        raise ValidationFailed("session_id: it must be a UUID version 4, made by the client", field="session_id")
    return value.lower()


def voice_request(message: pb.StreamRequest) -> VoiceRequest:
    """The message as the floors below see it; raises `ValidationFailed` that names the field."""
    try:
        phase = Phase(message.phase)
    except ValueError:
        raise ValidationFailed(f"phase: {message.phase} is not a phase of this protocol", field="phase") from None
    if message.chunk_seq < 0:
        raise ValidationFailed("chunk_seq: it must not be negative", field="chunk_seq")
    return VoiceRequest(
        hardware_id=hardware_id_of(message.hardware_id),
        session_id=session_id_of(message.session_id),
        prompt=message.prompt,
        phase=phase,
        chunk_seq=message.chunk_seq,
        chunk_text=message.chunk_text if message.HasField("chunk_text") else None,
        screenshot=_screenshot(message),
    )


def _screenshot(message: pb.StreamRequest) -> Screenshot | None:
    if not message.screenshot:
        return None
    return Screenshot(
        data=message.screenshot,
        width=message.screen_width if message.HasField("screen_width") else None,
        height=message.screen_height if message.HasField("screen_height") else None,
    )


def voice_response(event: VoiceEvent, sequence: int, actions_as_messages: bool) -> pb.StreamResponse:
    """The event on the wire; an action takes the form that the client asked for."""
    match event:
        case SoundEvent():
            response = pb.StreamResponse(sequence=sequence)
            _put_audio(response.audio_chunk, event)
            return response
        case TextEvent():
            return pb.StreamResponse(text_chunk=event.text, sequence=sequence)
        case ActionEvent():
            if actions_as_messages:
                return pb.StreamResponse(action_message=_action_message(event), sequence=sequence)
            return pb.StreamResponse(text_chunk=_command_request(event), sequence=sequence)
        case EndEvent():
            return pb.StreamResponse(end_message=event.text, sequence=sequence)
        case _:
            assert_never(event)


def _put_audio(chunk: pb.AudioChunk, event: SoundEvent) -> None:
    """Fill in place: a chunk that is handed to its parent's constructor is copied, sound and all."""
    chunk.audio_data = event.data
    chunk.dtype = DTYPE
    chunk.shape.extend((event.frames, event.channels))
    chunk.sample_rate = event.sample_rate
    chunk.channels = event.channels


def _payload(event: ActionEvent) -> dict[str, JsonValue]:
    named: dict[str, JsonValue] = {
        "session_id": event.session_id,
        "command": event.command,
        "args": dict(event.args),
    }
    return {**event.extras, **named}


def _command_request(event: ActionEvent) -> str:
    body = {"event": "mcp.command_request", "payload": _payload(event), "confirm": event.confirm}
    return ACTION_PREFIX + msgspec.json.encode(body).decode()


def _action_message(event: ActionEvent) -> pb.ActionMessage:
    flat = {**_payload(event), "confirm": event.confirm}
    return pb.ActionMessage(
        action_json=msgspec.json.encode(flat).decode(), session_id=event.session_id, feature_id=event.feature_id
    )


def welcome_response(event: WelcomeEvent) -> pb.WelcomeResponse:
    """The event of a greeting on the wire."""
    match event:
        case WelcomeMetadata():
            metadata = pb.WelcomeMetadata(
                method=event.method,
                duration_sec=event.duration_seconds,
                sample_rate=event.sample_rate,
                channels=event.channels,
                dtype=DTYPE,
            )
            return pb.WelcomeResponse(metadata=metadata)
        case SoundEvent():
            response = pb.WelcomeResponse()
            _put_audio(response.audio_chunk, event)
            return response
        case EndEvent():
            return pb.WelcomeResponse(end_message=event.text)
        case _:
            assert_never(event)
