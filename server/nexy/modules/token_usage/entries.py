"""One row of the ledger on its way through the outbox."""

from dataclasses import dataclass

import msgspec

from nexy.contracts.errors import ValidationFailed
from nexy.contracts.outbox import Record

KIND = "usage"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRow:
    """As kept: the device by its hash, the cost as a decimal text (None: the model had no price), `at` in ISO 8601.

    `person` is who pays with a token or a key: her id, or nothing.
    """

    key: str
    device: str
    session_id: str
    source: str
    provider: str
    model: str
    input_tokens: int
    output_tokens: int
    cost_usd: str | None
    at: str
    estimated: bool = False
    person: str = ""


def record_of(row: UsageRow) -> Record:
    """The row for the outbox."""
    return Record(kind=KIND, key=row.key, body=msgspec.json.encode(row))


def row_of(record: Record) -> UsageRow:
    """The row that the outbox kept; raises `ValidationFailed`."""
    try:
        return msgspec.json.decode(record.body, type=UsageRow)
    except msgspec.DecodeError as problem:
        raise ValidationFailed("a kept usage row cannot be read", field="body") from problem
