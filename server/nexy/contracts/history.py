"""What was said: kept as it was sent, a cut answer marked as cut."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from nexy.contracts.request import Request
from nexy.contracts.turn import JsonValue, Screenshot


class TurnOutcome(StrEnum):
    """How a turn ended for the person."""

    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    TRUNCATED = "truncated"
    DISCONNECTED = "disconnected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedTurn:
    """One turn as it happened; `answer` is what was sent, and `action` what was delivered (empty: none)."""

    turn_id: str
    hardware_id: str
    session_id: str
    prompt: str
    answer: str
    outcome: TurnOutcome
    action: Mapping[str, JsonValue] = field(default_factory=dict)
    screenshot: Screenshot | None = None
    first_sound_ms: float | None = None
    duration_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepTurn(Request[None]):
    """Keep the turn through the outbox; with `durable` the reply comes after the fsync.

    Raises `Unavailable` when it could not be kept.
    """

    turn: FinishedTurn
    durable: bool = True
