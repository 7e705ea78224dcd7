"""Rows of real PostgreSQL: what was kept is written once, in the order in which it happened."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from nexy.config.history_section import HistoryConfig
from nexy.contracts.database import SERVICE, Database
from nexy.contracts.history import FinishedTurn, TurnOutcome
from nexy.contracts.outbox import Record
from nexy.modules.history.entries import Picture, RunMark, run_record, turn_record
from nexy.modules.history.pictures import Pictures
from nexy.modules.history.retention import Retention
from nexy.modules.history.writer import write_history
from nexy.utils.clock import SystemClock
from nexy.utils.device_identity import anonymous_user_id, hardware_hash

pytestmark = pytest.mark.slow
NOW = datetime.now(UTC).replace(microsecond=0)
SERVER, OTHER = "server-a", "server-b"


def turn(
    *,
    turn_id: str = "",
    device: str = "mac",
    session: str = "S",
    outcome: TurnOutcome = TurnOutcome.COMPLETE,
    at: datetime = NOW,
    server: str = SERVER,
    picture: Picture | None = None,
    prompt: str = "hello",
) -> Record:
    finished = FinishedTurn(
        turn_id=turn_id or str(uuid4()),
        hardware_id=device,
        session_id=session,
        prompt=prompt,
        answer="Hi.",
        outcome=outcome,
        action={"command": "open_app", "args": {"app_name": "Sa\0fari"}},
        first_sound_ms=120.0,
        duration_ms=2000.0,
    )
    return turn_record(finished, server, at, picture, 1000)


async def written(database: Database, *records: Record) -> None:
    async with database.transaction(SERVICE) as transaction:
        await write_history(transaction, records)


async def rows(database: Database, query: str) -> Sequence[tuple[object, ...]]:
    async with database.transaction(SERVICE) as transaction:
        return [tuple(row.values()) for row in await transaction.fetch(query)]


async def everything(database: Database) -> list[Sequence[tuple[object, ...]]]:
    tables = ("users", "devices", "sessions", "commands", "llm_answers", "screenshots", "performance_metrics")
    return [await rows(database, f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]


async def test_one_turn_is_a_row_in_every_table(database: Database) -> None:
    """Person, device, session, command, answer, picture and figures belong together."""
    picture = Picture(sha256="ab", path="screenshots/ab/1.webp", size=3, expires_at=NOW, width=8)
    await written(database, turn(picture=picture))
    person = anonymous_user_id(hardware_hash("mac"))
    assert await rows(database, "SELECT id, kind FROM users") == [(person, "anonymous")]
    assert await rows(database, "SELECT state, server, last_turn_at FROM sessions") == [("active", SERVER, NOW)]
    assert await rows(database, "SELECT prompt, created_at FROM commands") == [("hello", NOW - timedelta(seconds=2))]
    answers = "SELECT content, action -> 'args' ->> 'app_name', outcome, cut FROM llm_answers"
    assert await rows(database, answers) == [("Hi.", "Sa�fari", "complete", False)]
    pictures = "SELECT sha256, path, bytes, width, height, expires_at FROM screenshots"
    assert await rows(database, pictures) == [("ab", "screenshots/ab/1.webp", 3, 8, None, NOW)]
    figures = "SELECT name, value FROM performance_metrics ORDER BY name"
    assert await rows(database, figures) == [("duration_ms", 2000.0), ("first_sound_ms", 120.0)]


async def test_writing_again_changes_nothing(database: Database) -> None:
    """The same records applied twice leave the same rows, also after the session has ended."""
    records = (turn(), turn(session="T"), run_record(SERVER, RunMark.ENDED, NOW + timedelta(seconds=1)))
    await written(database, *records)
    before = await everything(database)
    await written(database, *records)
    await written(database, records[0])
    assert await everything(database) == before


@pytest.mark.parametrize("outcome", [outcome for outcome in TurnOutcome if outcome is not TurnOutcome.COMPLETE])
async def test_a_cut_answer_is_marked(database: Database, outcome: TurnOutcome) -> None:
    """Every ending but a whole one is a cut."""
    await written(database, turn(outcome=outcome))
    assert await rows(database, "SELECT outcome, cut FROM llm_answers") == [(outcome.value, True)]


@pytest.mark.parametrize("order", ["complete first", "cut first", "apart"])
async def test_a_turn_told_twice_is_cut(database: Database, order: str) -> None:
    """Kept as complete, then interrupted before the end had left: cut, in whatever order it is written."""
    name = str(uuid4())
    whole, cut = (turn(turn_id=name, outcome=outcome) for outcome in (TurnOutcome.COMPLETE, TurnOutcome.INTERRUPTED))
    if order == "apart":
        await written(database, whole)
        await written(database, cut)
        await written(database, whole)
    else:
        await written(database, *((whole, cut) if order == "complete first" else (cut, whole)))
    assert await rows(database, "SELECT outcome FROM llm_answers") == [("interrupted",)]
    assert len(await rows(database, "SELECT id FROM commands")) == 1


async def test_two_devices_never_share_a_session(database: Database) -> None:
    """The same session id on two devices is two sessions of two persons."""
    await written(database, turn(device="mac"), turn(device="phone"))
    assert len(await rows(database, "SELECT DISTINCT user_id FROM sessions")) == 2


async def test_a_killed_server_leaves_no_session_active(database: Database) -> None:
    """What the killed run left in the outbox is written first; its next start abandons it and nothing else."""
    later = NOW + timedelta(minutes=1)
    await written(
        database,
        turn(session="old"),
        turn(session="foreign", server=OTHER),
        run_record(SERVER, RunMark.ABANDONED, later),
        turn(session="new", at=later + timedelta(seconds=5)),
    )
    states = "SELECT state, server, ended_at FROM sessions ORDER BY state, server"
    assert await rows(database, states) == [
        ("abandoned", SERVER, NOW),
        ("active", SERVER, None),
        ("active", OTHER, None),
    ]


async def test_a_session_that_speaks_again_is_active_again(database: Database) -> None:
    """The person goes on after the server's restart: the same row, active."""
    ended = NOW + timedelta(seconds=1)
    await written(database, turn(), run_record(SERVER, RunMark.ENDED, ended))
    assert await rows(database, "SELECT state, ended_at FROM sessions") == [("ended", ended)]
    await written(database, turn(at=NOW + timedelta(minutes=2)))
    assert await rows(database, "SELECT state, ended_at FROM sessions") == [("active", None)]


async def test_hostile_text_is_stored(database: Database) -> None:
    """NUL, quotes, lone surrogates and right-to-left text change nothing but themselves."""
    await written(database, turn(prompt="'; DROP TABLE users; -- \0 \ud800 שלום"))
    assert await rows(database, "SELECT prompt FROM commands") == [("'; DROP TABLE users; -- � � שלום",)]


async def test_quiet_sessions_end_and_pictures_expire(database: Database, tmp_path: Path) -> None:
    """A sweep ends idle sessions of this server and forgets where expired pictures lay; rows stay."""
    gone = Picture(sha256="ab", path="screenshots/ab/1.webp", size=3, expires_at=NOW - timedelta(days=1))
    fresh = Picture(sha256="cd", path="screenshots/cd/2.webp", size=3, expires_at=NOW + timedelta(days=1))
    await written(
        database,
        turn(session="idle", at=NOW - timedelta(hours=2), picture=gone),
        turn(session="fresh", picture=fresh),
        turn(session="foreign", server=OTHER, at=NOW - timedelta(hours=2)),
        turn(session="stray", server=OTHER, at=NOW - timedelta(days=2)),
    )
    pictures = Pictures(tmp_path, timedelta(days=30))
    await Retention(HistoryConfig(), SERVER, lambda: database, pictures, SystemClock()).sweep()
    states = await rows(database, "SELECT server, state FROM sessions ORDER BY last_turn_at, server")
    assert states == [(OTHER, "abandoned"), (SERVER, "ended"), (OTHER, "active"), (SERVER, "active")]
    assert await rows(database, "SELECT sha256, path FROM screenshots ORDER BY sha256") == [
        ("ab", None),
        ("cd", fresh.path),
    ]
