"""From the wire's messages to events."""

import json
from typing import cast

from nexy_client.events import Action, ClientEvent, End, JsonValue, Sound, Text, WelcomeEvent, WelcomeInfo
from nexy_client.failure import ProtocolBroken
from nexy_protocol import streaming_pb2

ACTION_PREFIX = "__MCP__"


def event_of(response: streaming_pb2.StreamResponse) -> ClientEvent | None:
    """The event that a message of an answer is; None for kinds that this client does not show."""
    match response.WhichOneof("content"):
        case "text_chunk":
            return _text_or_action(response.text_chunk)
        case "audio_chunk":
            return sound_of(response.audio_chunk)
        case "action_message":
            return _action_of_message(response.action_message)
        case "end_message":
            return End(text=response.end_message)
        case _:
            return None


def welcome_event_of(response: streaming_pb2.WelcomeResponse) -> WelcomeEvent | None:
    """The event that a message of a greeting is; None for kinds that this client does not show."""
    match response.WhichOneof("content"):
        case "metadata":
            return _info_of(response.metadata)
        case "audio_chunk":
            return sound_of(response.audio_chunk)
        case "end_message":
            return End(text=response.end_message)
        case _:
            return None


def sound_of(chunk: streaming_pb2.AudioChunk) -> Sound:
    """The sound with everything that the server claims about it."""
    return Sound(
        data=chunk.audio_data,
        sample_rate=chunk.sample_rate,
        channels=chunk.channels,
        dtype=chunk.dtype,
        shape=tuple(chunk.shape),
    )


def _info_of(metadata: streaming_pb2.WelcomeMetadata) -> WelcomeInfo:
    return WelcomeInfo(
        method=metadata.method,
        duration_seconds=metadata.duration_sec,
        sample_rate=metadata.sample_rate,
        channels=metadata.channels,
        dtype=metadata.dtype,
    )


def _text_or_action(text: str) -> Text | Action:
    if not text.startswith(ACTION_PREFIX):
        return Text(text=text)
    envelope = _json_object(text.removeprefix(ACTION_PREFIX))
    payload = envelope.get("payload")
    if not isinstance(payload, dict):
        raise ProtocolBroken("an action without its payload")
    return _action(payload, event=str(envelope.get("event", "")), confirm=envelope.get("confirm") is True)


def _action_of_message(message: streaming_pb2.ActionMessage) -> Action:
    payload = _json_object(message.action_json)
    return _action(
        payload,
        session_id=message.session_id,
        confirm=payload.get("confirm") is True,
        feature_id=message.feature_id if message.HasField("feature_id") else None,
    )


def _action(
    payload: dict[str, JsonValue],
    *,
    confirm: bool,
    session_id: str = "",
    event: str = "",
    feature_id: str | None = None,
) -> Action:
    command, args = payload.get("command"), payload.get("args", {})
    if not isinstance(command, str) or not command or not isinstance(args, dict):
        raise ProtocolBroken("an action without a command and its arguments")
    return Action(
        command=command,
        args=args,
        session_id=session_id or str(payload.get("session_id", "")),
        confirm=confirm,
        feature_id=feature_id,
        event=event,
        payload=payload,
    )


def _json_object(text: str) -> dict[str, JsonValue]:
    try:
        found = json.loads(text)
    except ValueError as broken:
        raise ProtocolBroken("an action that is not JSON") from broken
    if not isinstance(found, dict):
        raise ProtocolBroken("an action that is not a JSON object")
    return cast(dict[str, JsonValue], found)
