"""The greeting that a client plays when it starts."""

from dataclasses import dataclass

from nexy.contracts.turn import EndEvent, SoundEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeRequestData:
    """What to say; empty text means the configured greeting."""

    text: str = ""
    session_id: str = ""
    voice: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeMetadata:
    """What will be heard, before the first sound: the duration is that of the whole greeting."""

    method: str
    duration_seconds: float
    sample_rate: int
    channels: int = 1


WelcomeEvent = WelcomeMetadata | SoundEvent | EndEvent
