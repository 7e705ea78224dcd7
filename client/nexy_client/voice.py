"""Everything of the voice client under one name."""

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

__all__ = [
    "MAX_MESSAGE_BYTES",
    "Action",
    "CallFailed",
    "ClientEvent",
    "Conversation",
    "Deadlines",
    "End",
    "Health",
    "Interrupted",
    "JsonValue",
    "ProtocolBroken",
    "Screenshot",
    "Sound",
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
