"""What a server says: the events of an answer and of a greeting."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]
SAMPLE_BYTES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One sentence of the answer."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """Raw PCM int16 little-endian; `dtype`, `shape`, `sample_rate` (Hz) and `channels` are what the server claims."""

    data: bytes
    sample_rate: int
    channels: int = 1
    dtype: str = "int16"
    shape: tuple[int, ...] = ()

    @property
    def frames(self) -> int:
        """How many whole frames the data holds, whatever is claimed."""
        return len(self.data) // (SAMPLE_BYTES * self.channels) if self.channels > 0 else 0

    @property
    def seconds(self) -> float:
        """How long the sound lasts."""
        return self.frames / self.sample_rate if self.sample_rate > 0 else 0.0

    def samples(self) -> "NDArray[np.int16]":
        """The samples as an array of shape [frames, channels]."""
        import numpy as np

        return np.frombuffer(self.data, dtype="<i2").reshape(-1, self.channels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A command that this device is to carry out; `confirm` asks the person first.

    `payload` is the JSON object as sent; `event` is the event name of the documented text form, empty for a message.
    """

    command: str
    args: Mapping[str, JsonValue]
    session_id: str
    confirm: bool = False
    feature_id: str | None = None
    event: str = ""
    payload: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The answer is complete."""

    text: str


ClientEvent = Text | Sound | Action | End


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeInfo:
    """What a greeting will sound like, before its first sound; the duration is that of the whole greeting."""

    method: str
    duration_seconds: float
    sample_rate: int
    channels: int
    dtype: str


WelcomeEvent = WelcomeInfo | Sound | End


@dataclass(frozen=True, slots=True, kw_only=True)
class Screenshot:
    """What the person sees: base64 WebP, size in pixels where it is known."""

    data: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupted:
    """The server's answer to an interrupt: which sessions of this device it ended."""

    success: bool
    sessions: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageAnswer:
    """Whether a usage report is durably stored, and otherwise why not."""

    success: bool
    message: str
