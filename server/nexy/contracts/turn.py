"""One voice turn as it crosses the floors: what was asked, and the events of the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


class Phase(Enum):
    """What a request message does with the speech buffer."""

    UNSPECIFIED = 0
    COLLECT = 1
    COMMIT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Screenshot:
    """What the person sees: base64 WebP, size in pixels where the client told it."""

    data: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceRequest:
    """One message of a StreamAudio stream, ids already validated."""

    hardware_id: str
    session_id: str
    prompt: str = ""
    phase: Phase = Phase.UNSPECIFIED
    chunk_seq: int = 0
    chunk_text: str | None = None
    screenshot: Screenshot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEvent:
    """One sentence of the answer, as written."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundEvent:
    """Raw PCM int16 little-endian, whole frames; `frames` × `channels` samples at `sample_rate` Hz."""

    data: bytes
    sample_rate: int
    channels: int = 1

    @property
    def frames(self) -> int:
        """How many frames the data holds."""
        return len(self.data) // (2 * self.channels)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionEvent:
    """A validated command for the client; `extras` are the model's other keys, passed on untouched."""

    command: str
    args: Mapping[str, JsonValue]
    session_id: str
    confirm: bool
    feature_id: str | None = None
    extras: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndEvent:
    """The turn is complete; nothing follows."""

    text: str


VoiceEvent = TextEvent | SoundEvent | ActionEvent | EndEvent
