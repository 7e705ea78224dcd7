"""What the suite asks of whatever judges streams. It is bound in `adapter.py`; nothing here knows how it works."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from client.tests.mutation.topics import Topic


class Severity(StrEnum):
    """Only an ERROR says that a stream is wrong."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found; `topic` is what the adapter maps `code` onto."""

    code: str
    topic: Topic
    severity: Severity = Severity.ERROR
    message: str = ""
    frame: int | None = None
    sensor: int | None = None
    value: object = None
    expected: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits in force, all in seconds but the rate. Temporal cases lower them so that the suite stays short.

    The adapter hands each on to the setting of the same meaning.
    """

    connect: float = 5.0
    first_frame: float = 3.0
    stall: float = 3.0
    latency_p95: float = 1.0
    lowest_rate_fps: float = 10.0
    health: float = 1.0
    job_start: float = 10.0
    retry_delay: float = 0.1
    retry_attempts: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A stream to be checked from the configure answer on: POST `order` to `rest_url`/focus-server/configure.

    Every stream of the answer is to be read, up to `max_frames` each (0: to its end), in `encoding` (the contract's
    number). `limits` are to be applied. `root_certificate` (PEM) asks for TLS with that root and `server_name`.
    """

    rest_url: str
    order: Mapping[str, Any]
    encoding: int = 0
    max_frames: int = 0
    limits: Limits = field(default_factory=Limits)
    root_certificate: bytes | None = None
    server_name: str = ""


class Judge(Protocol):
    """Checks one target, blocking, and raises nothing: whatever goes wrong is a finding."""

    def check(self, target: Target) -> Sequence[Finding]:
        """Everything that was found, of every severity."""
