"""What lies in the outbox: read back as written, and without the device's own id."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from nexy.contracts.errors import ValidationFailed
from nexy.contracts.history import FinishedTurn, TurnOutcome
from nexy.contracts.outbox import Record
from nexy.modules.history.entries import KIND, RunMark, entry_of, run_record, turn_record
from nexy.utils.device_identity import hardware_hash, session_row_id

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TURN_ID = "0b9d6f5a-54c5-4a53-9a3a-6f3a2f0c9b11"


def turn(outcome: TurnOutcome = TurnOutcome.COMPLETE, prompt: str = "hello") -> FinishedTurn:
    return FinishedTurn(
        turn_id=TURN_ID,
        hardware_id="mac",
        session_id="S",
        prompt=prompt,
        answer="Hi.",
        outcome=outcome,
        action={"command": "open_app"},
        first_sound_ms=120.0,
        duration_ms=2000.0,
    )


def test_a_turn_is_read_back_as_it_was_written() -> None:
    """Times are those of the turn, the session's row is the device's own."""
    record = turn_record(turn(), "server", NOW, None, 1000)
    entry = entry_of(record).turn
    assert entry is not None
    assert record.kind == KIND
    assert (entry.id, entry.prompt, entry.answer, entry.outcome) == (UUID(TURN_ID), "hello", "Hi.", "complete")
    assert (entry.ended_at, entry.began_at) == (NOW, NOW - timedelta(seconds=2))
    assert entry.session == session_row_id(hardware_hash("mac"), "S")
    assert entry.action == {"command": "open_app"}
    assert entry.metrics == {"first_sound_ms": 120.0, "duration_ms": 2000.0}


def test_the_hardware_id_is_never_written() -> None:
    """Only its hash lies in the file."""
    body = turn_record(turn(prompt="x"), "server", NOW, None, 1000).body
    assert b'"mac"' not in body
    assert hardware_hash("mac").encode() in body


def test_a_second_telling_has_a_key_of_its_own() -> None:
    """Kept as complete and then as interrupted: the outbox keeps both."""
    keys = {turn_record(turn(outcome), "server", NOW, None, 1000).key for outcome in TurnOutcome}
    assert len(keys) == len(TurnOutcome)


def test_the_end_of_a_run_is_read_back() -> None:
    """Server, mark and moment."""
    entry = entry_of(run_record("server", RunMark.ABANDONED, NOW)).run
    assert entry is not None
    assert (entry.server, entry.mark, entry.at) == ("server", RunMark.ABANDONED, NOW)


def test_a_long_prompt_fits_into_a_record() -> None:
    """However long the words are and whatever they are made of, the record stays below a mebibyte."""
    record = turn_record(turn(prompt="\x01" * 1_000_000), "server", NOW, None, 80_000)
    assert len(record.body) < 1024 * 1024


def test_a_foreign_body_is_refused() -> None:
    """What is not ours is an error and not an empty entry."""
    with pytest.raises(ValidationFailed):
        entry_of(Record(kind=KIND, key="k", body=b'{"turn": 1}'))
