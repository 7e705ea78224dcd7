"""What a device leaves behind in the database: turns and what they cost, written as the server writes them."""

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

from nexy.contracts.database import SERVICE, Database, Row
from nexy.contracts.outbox import Record
from nexy.modules.token_usage.entries import UsageRow, record_of
from nexy.modules.token_usage.token_usage_repository import TokenUsageRepository
from nexy.utils.device_identity import hardware_hash, session_row_id
from nexy.utils.named_sql import named_sql

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HISTORY = named_sql("nexy.modules.history")
MAC = "mac-1"


async def fetched(database: Database, query: str, *values: object) -> Sequence[Row]:
    """Rows, whosever they are."""
    async with database.transaction(SERVICE) as transaction:
        return await transaction.fetch(query, *values)


def spent(key: str, device: str = MAC) -> Record:
    """One call of fifteen tokens and half a dollar."""
    return record_of(
        UsageRow(
            key=key, device=hardware_hash(device), session_id="s", source="main_llm", provider="openai",
            model="gpt-4o", input_tokens=10, output_tokens=5, cost_usd="0.5", at=NOW.isoformat(),
        )
    )  # fmt: skip


async def spend(database: Database, *records: Record) -> None:
    """Write them into the ledger."""
    async with database.transaction(SERVICE) as transaction:
        await TokenUsageRepository().apply(transaction, records)


async def speak(database: Database, device: str = MAC) -> str:
    """A turn with everything that is kept of one, written as the history writes it; returns its id."""
    hashed, turn = hardware_hash(device), str(uuid.uuid4())
    async with database.transaction(SERVICE) as transaction:
        owner = str((await transaction.fetch(HISTORY["persons"], [hashed]))[0]["person"])
        told = json.dumps([{
            "id": turn, "person": owner, "device": hashed, "session": str(session_row_id(hashed, "s")),
            "server": "here", "prompt": "hello", "answer": "Hi.", "action": {}, "outcome": "complete",
            "began_at": NOW.isoformat(),
            "ended_at": NOW.isoformat(), "metrics": {"first_sound_ms": 1.0},
            "picture": {"sha256": "x", "path": "p", "size": 1, "expires_at": NOW.isoformat()},
        }])  # fmt: skip
        for step in ("keep_commands", "keep_answers", "keep_screenshots", "keep_metrics"):
            if step == "keep_commands":
                await transaction.execute(HISTORY["keep_sessions"], told)
            await transaction.execute(HISTORY[step], told)
    return turn


async def rows_of(database: Database, owner: object) -> dict[str, int]:
    """How many rows of each table are a person's, read from the catalogue."""
    tables = await fetched(
        database,
        "SELECT table_name FROM nexy_protection WHERE owner_column = 'user_id' AND table_name <> 'auth_identities' "
        "ORDER BY 1",
    )
    counted = {}
    for line in tables:
        query = f"SELECT count(*) AS rows FROM {line['table_name']} WHERE user_id = $1::text::uuid"
        counted[str(line["table_name"])] = int(str((await fetched(database, query, str(owner)))[0]["rows"]))
    return {table: rows for table, rows in counted.items() if rows}
