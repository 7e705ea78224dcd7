"""Light client of a Nexy server: one device that asks, hears, interrupts; and one that watches its streams."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nexy_client.streams import (
        AsyncGrpcStreamClient,
        ConfigureAnswer,
        Encoding,
        FocusClient,
        Frame,
        GrpcStreamClient,
        StreamError,
        StreamMetrics,
    )
    from nexy_client.voice import (
        MAX_MESSAGE_BYTES,
        Action,
        CallFailed,
        ClientEvent,
        Conversation,
        Deadlines,
        End,
        Health,
        Interrupted,
        JsonValue,
        ProtocolBroken,
        Screenshot,
        Sound,
        Text,
        Tls,
        TurnTiming,
        UsageAnswer,
        VoiceClient,
        VoiceError,
        WaveFile,
        WelcomeEvent,
        WelcomeInfo,
        new_session_id,
    )

__all__ = [
    "MAX_MESSAGE_BYTES",
    "Action",
    "AsyncGrpcStreamClient",
    "CallFailed",
    "ClientEvent",
    "ConfigureAnswer",
    "Conversation",
    "Deadlines",
    "Encoding",
    "End",
    "FocusClient",
    "Frame",
    "GrpcStreamClient",
    "Health",
    "Interrupted",
    "JsonValue",
    "ProtocolBroken",
    "Screenshot",
    "Sound",
    "StreamError",
    "StreamMetrics",
    "Text",
    "Tls",
    "TurnTiming",
    "UsageAnswer",
    "VoiceClient",
    "VoiceError",
    "WaveFile",
    "WelcomeEvent",
    "WelcomeInfo",
    "new_session_id",
]

_OF_STREAMS = frozenset(
    {
        "AsyncGrpcStreamClient",
        "ConfigureAnswer",
        "Encoding",
        "FocusClient",
        "Frame",
        "GrpcStreamClient",
        "StreamError",
        "StreamMetrics",
    }
)


def __getattr__(name: str) -> object:
    """What somebody asks for: the stream clients bring numpy, both bring grpc, which heeds its variables then."""
    if name in _OF_STREAMS:
        from nexy_client import streams

        return getattr(streams, name)
    if name in __all__:
        from nexy_client import voice

        return getattr(voice, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
