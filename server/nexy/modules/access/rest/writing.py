"""Changes as one statement each: the payload is one parameter, which PostgreSQL reads as rows of the table."""

# ruff: noqa: S608  names come from the catalogue, values are parameters: this is the place where that is done

from collections.abc import Sequence
from typing import assert_never

from nexy.contracts.rows import (
    DeleteRows,
    InsertRows,
    OnConflict,
    Returning,
    RowsRefused,
    UpdateRows,
)
from nexy.modules.access.rest.answers import USUAL, Bounds, answering
from nexy.modules.access.rest.catalogue import Column, Table
from nexy.modules.access.rest.conditions import column_of, order_by, where
from nexy.modules.access.rest.shapes import shape_of
from nexy.modules.access.rest.values import Values

_UNKNOWN_COLUMN = "PGRST204"
_INSERTED = "nexy_inserted"
# As PostgreSQL with the extension safeupdate says it, which hosted Supabase loads.
_UNCONDITIONAL = "21000"
_ALL_OF_THEM = "Name the rows by a condition; id=not.is.null means all of them."


def insert_statement(table: Table, wanted: InsertRows, bounds: Bounds = USUAL) -> tuple[str, Values]:
    """New rows, or other contents of those that are there."""
    values = Values()
    columns = [_writable(table, name) for name in wanted.columns]
    made = f"INSERT INTO {table.sql} AS t {_given(table, wanted, columns, values)}"
    made += _conflict(table, wanted, columns)
    counted = wanted.on_conflict is OnConflict.MERGE and bool(table.key or wanted.conflict_columns)
    return _answered(table, wanted, made, values, bounds, counted=counted)


def update_statement(table: Table, wanted: UpdateRows, bounds: Bounds = USUAL) -> tuple[str, Values]:
    """Other contents for every row that fits; raises `RowsRefused` (21000) where nothing says which."""
    values = Values()
    columns = [_writable(table, name) for name in wanted.columns]
    settings = ", ".join(f"{column.sql} = nexy_new.{column.sql}" for column in columns)
    payload = values.text(wanted.payload.decode(), "json")
    new = f"json_populate_record(NULL::{table.sql}, {payload} -> 0) AS nexy_new"
    fitting = _which(table, wanted, "UPDATE", values)
    return _answered(table, wanted, f"UPDATE {table.sql} AS t SET {settings} FROM {new}{fitting}", values, bounds)


def delete_statement(table: Table, wanted: DeleteRows, bounds: Bounds = USUAL) -> tuple[str, Values]:
    """Rows that go; raises `RowsRefused` (21000) where nothing says which."""
    values = Values()
    change = f"DELETE FROM {table.sql} AS t{_which(table, wanted, 'DELETE', values)}"
    return _answered(table, wanted, change, values, bounds)


def _which(table: Table, wanted: UpdateRows | DeleteRows, verb: str, values: Values) -> str:
    """A condition that was forgotten must not cost a person all of her rows."""
    if not wanted.conditions:
        raise RowsRefused(_UNCONDITIONAL, f"{verb} requires a WHERE clause", hint=_ALL_OF_THEM)
    return where(table, wanted.conditions, values)


def _writable(table: Table, name: str) -> Column:
    column = table.columns.get(name)
    if column is None:
        raise RowsRefused(_UNKNOWN_COLUMN, f"Could not find the '{name}' column of '{table.name}' in the schema cache")
    return column


def _given(table: Table, wanted: InsertRows, columns: Sequence[Column], values: Values) -> str:
    """The columns and where their values come from."""
    if not columns:
        return "DEFAULT VALUES"
    names = ", ".join(column.sql for column in columns)
    payload = values.text(wanted.payload.decode(), "json")
    if not wanted.defaults:
        picked = ", ".join(f"nexy_new.{column.sql}" for column in columns)
        return f"({names}) SELECT {picked} FROM json_populate_recordset(NULL::{table.sql}, {payload}) AS nexy_new"
    picked = ", ".join(_or_default(column, values) for column in columns)
    rows = f"json_array_elements({payload}) AS nexy_given (item), "
    rows += f"json_populate_record(NULL::{table.sql}, nexy_given.item) AS nexy_new"
    return f"({names}) SELECT {picked} FROM {rows}"


def _or_default(column: Column, values: Values) -> str:
    """The value that was sent, null included; where none was, the column's own default."""
    if not column.default:
        return f"nexy_new.{column.sql}"
    absent = f"nexy_given.item -> {values.text(column.name)} IS NULL"
    return f"CASE WHEN {absent} THEN {column.default} ELSE nexy_new.{column.sql} END"


def _conflict(table: Table, wanted: InsertRows, columns: Sequence[Column]) -> str:
    meeting = [column_of(table, name) for name in wanted.conflict_columns] or table.key
    if wanted.on_conflict is None or not meeting or not columns:
        return ""
    met = f" ON CONFLICT ({', '.join(column.sql for column in meeting)}) DO"
    if wanted.on_conflict is OnConflict.IGNORE:
        return f"{met} NOTHING"
    return f"{met} UPDATE SET {', '.join(f'{column.sql} = EXCLUDED.{column.sql}' for column in columns)}"


def _answered(
    table: Table, wanted: InsertRows | UpdateRows | DeleteRows, change: str, values: Values, bounds: Bounds,
    *, counted: bool = False,
) -> tuple[str, Values]:  # fmt: skip
    """The change with what is told of it: one row of count, body (NULL: too large), inserted and key."""
    told = _told(table, wanted.returning) + ([f"(t.xmax = 0) AS {_INSERTED}"] if counted else [])
    begun = f"WITH nexy_changed AS ({change} RETURNING {', '.join(told) or '1'})"
    new = f"count(*) FILTER (WHERE {_INSERTED})" if counted else "NULL::bigint"
    if wanted.returning is Returning.ROWS:
        shape = shape_of(table, wanted.shown, values, bounds.max_repeats)
        made = answering(shape, "nexy_changed", order_by(table, wanted.order), bounds, values)
        told_new = f"(SELECT {new} FROM nexy_changed)" if counted else new
        tally = f"{told_new} AS inserted, NULL::text[] AS key"
        return f"{begun} SELECT nexy_sum.count, {made.body} AS body, {tally} FROM {made.measured}", values
    # Where there is one row, the least of each column is that row's.
    key = ", ".join(f"min(t.{column.sql}::text)" for column in table.key) if wanted.returning is Returning.KEYS else ""
    tally = f"count(*) AS count, ''::bytea AS body, {new} AS inserted, ARRAY[{key}]::text[] AS key"
    return f"{begun} SELECT {tally} FROM nexy_changed AS t", values


def _told(table: Table, returning: Returning) -> list[str]:
    """What a change must return, and so be allowed to read: no more than is answered with."""
    match returning:
        case Returning.ROWS:
            return ["t.*"]
        case Returning.KEYS:
            return [f"t.{column.sql}" for column in table.key]
        case Returning.NOTHING:
            return []
        case _:
            assert_never(returning)
