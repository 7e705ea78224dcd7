"""Sessions: which turns run, and what was said so far in pieces."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from nexy.contracts.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningTurn:
    """One turn of a device, with the task whose cancellation ends it."""

    session_id: str
    hardware_id: str
    epoch: int
    task: "asyncio.Task[object]"


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginTurn(Request[None]):
    """Register the turn; raises `StreamLimitExceeded` while the session has a running one."""

    turn: RunningTurn


@dataclass(frozen=True, slots=True, kw_only=True)
class EndTurn(Request[None]):
    """Forget the turn, if it is still the registered one."""

    turn: RunningTurn


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptTurns(Request[Sequence[str]]):
    """Cancel every running turn of one device; the reply names their sessions, also those already ending."""

    hardware_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectSpeech(Request[None]):
    """Keep one piece of speech-to-text; raises `TooLarge` when the buffer is full."""

    hardware_id: str
    session_id: str
    chunk_seq: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeSpeech(Request[str]):
    """Take the buffer, merged with the last words; the buffer is gone afterwards."""

    hardware_id: str
    session_id: str
    text: str
