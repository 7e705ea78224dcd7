"""Light client of a Nexy server: one device that asks, hears, interrupts; and one that watches its streams."""

from typing import TYPE_CHECKING

from nexy_client.channel import MAX_MESSAGE_BYTES, Tls
from nexy_client.conversation import Conversation
from nexy_client.events import (
    Action,
    ClientEvent,
    End,
    Interrupted,
    JsonValue,
    Screenshot,
    Sound,
    Text,
    UsageAnswer,
    WelcomeEvent,
    WelcomeInfo,
)
from nexy_client.failure import CallFailed, ProtocolBroken, VoiceError
from nexy_client.health import Health
from nexy_client.timing import TurnTiming
from nexy_client.voice_client import Deadlines, VoiceClient, new_session_id
from nexy_client.wave_file import WaveFile

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
    """The stream clients, when somebody asks: they bring numpy, which a voice does not need."""
    if name in _OF_STREAMS:
        from nexy_client import streams

        return getattr(streams, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
