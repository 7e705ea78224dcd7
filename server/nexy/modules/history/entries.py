"""What the outbox holds for this module: turns and ends of a server's run, in the order in which they happened."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from nexy.contracts.errors import ValidationFailed
from nexy.contracts.history import FinishedTurn, TurnOutcome
from nexy.contracts.outbox import Record
from nexy.modules.history.storable import storable, storable_json
from nexy.utils.device_identity import hardware_hash, session_row_id

KIND = "turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A stored picture: `path` is relative to the home."""

    sha256: str
    path: str
    size: int
    expires_at: datetime
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnEntry:
    """One turn as its rows will say it; the hardware id is already a hash."""

    id: UUID
    device: str
    session: UUID
    server: str
    prompt: str
    answer: str
    outcome: TurnOutcome
    began_at: datetime
    ended_at: datetime
    action: dict[str, Any] | None = None
    picture: Picture | None = None
    metrics: dict[str, float] = field(default_factory=dict)


class RunMark(StrEnum):
    """Why the sessions of a server are over: it stopped well, or it starts again after it did not."""

    ENDED = "ended"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEntry:
    """From this moment on no earlier session of the server is active."""

    server: str
    mark: RunMark
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record's body: exactly one of the two is there."""

    turn: TurnEntry | None = None
    run: RunEntry | None = None


_decoder = msgspec.json.Decoder(Entry)


def turn_record(turn: FinishedTurn, server: str, ended_at: datetime, picture: Picture | None, longest: int) -> Record:
    """The turn for the outbox; a second record of a turn, with another outcome, has a key of its own."""
    device = hardware_hash(turn.hardware_id)
    entry = TurnEntry(
        id=UUID(turn.turn_id),
        device=device,
        session=session_row_id(device, turn.session_id),
        server=server,
        prompt=storable(turn.prompt, longest),
        answer=storable(turn.answer, longest),
        outcome=turn.outcome,
        began_at=ended_at - timedelta(milliseconds=turn.duration_ms),
        ended_at=ended_at,
        action=storable_json(dict(turn.action)) if turn.action else None,
        picture=picture,
        metrics=_metrics(turn),
    )
    return _record(f"{turn.turn_id}:{turn.outcome.value}", Entry(turn=entry))


def _metrics(turn: FinishedTurn) -> dict[str, float]:
    first = {} if turn.first_sound_ms is None else {"first_sound_ms": turn.first_sound_ms}
    return {**first, "duration_ms": turn.duration_ms}


def run_record(server: str, mark: RunMark, at: datetime) -> Record:
    """The end of everything that this server had open."""
    return _record(f"{server}:{mark.value}:{at.isoformat()}", Entry(run=RunEntry(server=server, mark=mark, at=at)))


def _record(key: str, entry: Entry) -> Record:
    return Record(kind=KIND, key=key, body=msgspec.json.encode(entry))


def entry_of(record: Record) -> Entry:
    """What the record holds; raises `ValidationFailed` when it is none of ours."""
    try:
        return _decoder.decode(record.body)
    except msgspec.MsgspecError as problem:
        raise ValidationFailed("a record of the history is not readable", field="body") from problem
