"""What every rule is: it looks at frames as they come and notes what is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nexy_client.streams.focus_answers import ConfigureAnswer
from nexy_client.validation.expectation import Asked, Expectation
from nexy_client.validation.finding import FindingLog
from nexy_client.validation.observation import Moment, Observation
from nexy_client.validation.thresholds import Thresholds
from nexy_protocol.encoding import Encoding
from nexy_protocol.frame import Frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the rules of one stream share. `first_after` is the frame that the stream was asked to go on after."""

    answer: ConfigureAnswer
    asked: Asked
    expected: Expectation
    limits: Thresholds
    log: FindingLog
    retries: Callable[[], int]
    """How often the connection was lost and made again so far; asked only when something looks like it."""
    repeats: Callable[[], int] = lambda: 0
    """How many frames the server sent again after that."""
    encoding: Encoding | None = None
    """As asked for; None is unknown."""
    max_frames: int = 0
    first_after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number; the name is that of IRIS MUSTANG where it measures the same."""

    name: str
    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a stream was over.

    `began` is when the call was made. `complete` tells that the server closed the stream by itself, in good order;
    `failed` that it broke off; neither: that we had enough. `end` is the message that said so, if one did.
    """

    began: Moment
    ended: Moment
    frames: int
    end: Frame | None
    complete: bool
    failed: bool


class Rule:
    """Base of the rules; each belongs to one stream and keeps no more than it needs for the next frame."""

    def __init__(self, setting: Setting) -> None:
        self.answer = setting.answer
        self.asked = setting.asked
        self.expected = setting.expected
        self.limits = setting.limits
        self.log = setting.log
        self.setting = setting

    def begin(self) -> None:
        """Judge what is known before the first frame."""

    def observe(self, seen: Observation) -> None:
        """Look at one frame with rows."""

    def finish(self, ending: Ending) -> None:
        """Judge what only the whole tells."""

    def figures(self) -> Sequence[Figure]:
        """What was measured on the way."""
        return ()
