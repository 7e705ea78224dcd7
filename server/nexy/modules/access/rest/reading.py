"""A read as one statement."""

# ruff: noqa: S608  names come from the catalogue, values are parameters: this is the place where that is done

from nexy.contracts.rows import ReadRows
from nexy.modules.access.rest.answers import USUAL, Bounds, answering
from nexy.modules.access.rest.catalogue import Table
from nexy.modules.access.rest.conditions import order_by, where
from nexy.modules.access.rest.shapes import shape_of
from nexy.modules.access.rest.values import Values

_KEPT = "nexy_kept"


def read_statement(table: Table, wanted: ReadRows, limit: int, bounds: Bounds = USUAL) -> tuple[str, Values]:
    """The statement and its parameters; it gives one row: count, body (NULL: too large), and with `total` that too."""
    values = Values()
    # What is only counted is not shown, but refused where it could not be: its parameters would be too many.
    shape = shape_of(table, wanted.shown, values if wanted.body else Values(), bounds.max_repeats)
    fitting = where(table, wanted.conditions, values)
    page = f"{order_by(table, wanted.order)} LIMIT {values.number(limit)} OFFSET {values.number(wanted.offset)}"
    total = f", (SELECT count(*) FROM {table.sql} AS t{fitting}) AS total" if wanted.total else ""
    rows = f"FROM {table.sql} AS t{fitting}{page}"
    if not wanted.body:
        return f"SELECT count(*) AS count, ''::bytea AS body{total} FROM (SELECT 1 {rows}) AS nexy_rows", values
    made = answering(shape, _KEPT, "", bounds, values)
    kept = f"WITH {_KEPT} AS MATERIALIZED (SELECT {shape.columns} {rows})"
    return f"{kept} SELECT nexy_sum.count, {made.body} AS body{total} FROM {made.measured}", values
