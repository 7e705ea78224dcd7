"""A row of each person in every table, made from the columns' types and rules."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from access.catalogue import Catalogue, Column, Relation

_LITERAL = re.compile(r"'((?:[^']|'')*)'::text")
_MARK = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{40,64}")
# What fits nothing that was written in a rule, and no mark of a person.
_LAST_RESORT = ("USD", "a", "1")
_PLAIN = {
    "bigint": "1", "integer": "1", "smallint": "1", "numeric": "1", "double precision": "1", "real": "1",
    "boolean": "false", "date": "2026-11-21", "timestamp with time zone": "2026-11-21", "interval": "1 day",
}  # fmt: skip

Row = dict[str, str | None]


@dataclass(slots=True)
class Person:
    """Somebody with a row in each table; `marks` are the values that only her rows hold."""

    name: str
    user_id: str = field(default_factory=lambda: str(uuid4()))
    rows: dict[str, Row] = field(default_factory=dict)
    marks: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.marks.add(self.user_id)

    def keep(self, table: str, row: Row) -> None:
        """This row is hers, and what it holds."""
        self.rows[table] = row
        self.marks.update(mark for value in row.values() if value for mark in _MARK.findall(value))

    def has(self, text: str, but: frozenset[str] = frozenset()) -> bool:
        """Whether this text holds anything of her, apart from what the asker said himself."""
        return not (self.marks - but if but else self.marks).isdisjoint(_MARK.findall(text))


async def fill(connection: Any, catalogue: Catalogue, person: Person) -> None:
    """Her row in every table that can say whose it is, directly or through what it refers to."""
    for table in in_order(catalogue):
        row = await new_row(connection, table, person)
        if not person_of(row, person):
            continue
        await insert(connection, table, row)
        person.keep(table.name, row)


async def refill(connection: Any, catalogue: Catalogue, person: Person) -> None:
    """Put back what she deleted herself."""
    for table in in_order(catalogue):
        if table.name in person.rows:
            await insert(connection, table, person.rows[table.name], " ON CONFLICT DO NOTHING")


def person_of(row: Mapping[str, str | None], person: Person) -> bool:
    """Whether a row says that it is hers."""
    return any(value and person.has(value) for value in row.values())


def in_order(catalogue: Catalogue) -> Iterator[Relation]:
    """The tables, each after those that it refers to."""
    left = {table.name: table for table in catalogue.tables}
    while left:
        ready = [
            table for table in left.values()
            if not any(key.target in left and key.target != table.name for key in table.foreign_keys)
        ]  # fmt: skip
        assert ready, f"tables that refer to each other: {sorted(left)}"
        for table in ready:
            yield left.pop(table.name)


async def new_row(connection: Any, table: Relation, person: Person) -> Row:
    """One that she could have written; what refers to other rows refers to hers."""
    row: Row = {}
    for key in table.foreign_keys:
        theirs = person.rows.get(key.target, {})
        for column, there in zip(key.columns, key.target_columns, strict=True):
            row.setdefault(column, theirs.get(there))
    # Whose it is may be said by what it belongs to.
    if table.owner_column and row.get(table.owner_column) is None:
        row[table.owner_column] = person.user_id
    for column in table.columns:
        if column.name not in row and _wanted(column, table):
            row[column.name] = await _value(connection, table, column)
    return {name: value for name, value in row.items() if value is not None}


def _wanted(column: Column, table: Relation) -> bool:
    if column.made_by_server:
        return False
    return column.name in table.key or not column.has_default


async def _value(connection: Any, table: Relation, column: Column) -> str | None:
    for candidate in _candidates(column):
        probe = (
            f'SELECT bool_and(coalesce(ok, true)) FROM (SELECT $1::text::{column.type} AS "{column.name}") AS probe, '
        )
        rules = ", ".join(f"({check})" for check in column.checks) or "(true)"
        if await connection.fetchval(f"{probe} LATERAL (VALUES {rules}) AS rule (ok)", candidate):
            return candidate
    assert not column.needed, f"no value is known for {table.name}.{column.name} ({column.type}); add one to filling.py"
    return None


def _candidates(column: Column) -> Sequence[str]:
    mark = hashlib.sha256(uuid4().bytes).hexdigest()
    match column.type:
        case "uuid":
            return [str(uuid4())]
        case "text" | "character varying":
            # What a rule lists comes first, or the mark would never be tried where only a list is allowed.
            literals = [found for check in column.checks for found in _LITERAL.findall(check)]
            return [mark, mark[:40], *literals, *_LAST_RESORT]
        case "jsonb" | "json":
            return [f'"{mark}"']
        case "bytea":
            return [f"\\x{mark}", f"\\x{mark[:32]}"]
        case other if other.endswith("[]"):
            return ["{}"]
        case other:
            return [value for name, value in _PLAIN.items() if other.startswith(name)][:1]


def insertion(table: Relation, row: Mapping[str, str | None]) -> tuple[str, list[str | None]]:
    """The statement and its values; everything is bound as text."""
    types = {column.name: column.type for column in table.columns}
    names = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f"${place}::text::{types[name]}" for place, name in enumerate(row, start=1))
    return f"INSERT INTO {table.name} ({names}) VALUES ({values})", list(row.values())


async def insert(connection: Any, table: Relation, row: Mapping[str, str | None], more: str = "") -> None:
    """As the administrator."""
    statement, values = insertion(table, row)
    await connection.execute(statement + more, *values)
