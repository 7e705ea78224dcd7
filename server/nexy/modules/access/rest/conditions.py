"""Conditions and order as SQL: names from the catalogue, values as parameters, words from this file."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from nexy.contracts.rows import Combined, Compared, Comparison, Condition, InState, OneOf, RowsRefused, Sorted, State
from nexy.modules.access.rest.catalogue import Column, Table
from nexy.modules.access.rest.values import Values

_OPERATORS = {
    Comparison.EQ: "=",
    Comparison.NEQ: "<>",
    Comparison.GT: ">",
    Comparison.GTE: ">=",
    Comparison.LT: "<",
    Comparison.LTE: "<=",
    Comparison.LIKE: "LIKE",
    Comparison.ILIKE: "ILIKE",
}
_PATTERNS = frozenset((Comparison.LIKE, Comparison.ILIKE))
_STATES = {
    State.NULL: "NULL",
    State.NOT_NULL: "NOT NULL",
    State.TRUE: "TRUE",
    State.FALSE: "FALSE",
    State.UNKNOWN: "UNKNOWN",
}
_NULLS = {True: " NULLS FIRST", False: " NULLS LAST", None: ""}
_UNDEFINED_COLUMN = "42703"


def column_of(table: Table, name: str) -> Column:
    """The column of this name; raises `RowsRefused` as PostgreSQL would."""
    column = table.columns.get(name)
    if column is None:
        raise RowsRefused(_UNDEFINED_COLUMN, f"column {table.name}.{name} does not exist")
    return column


def where(table: Table, conditions: Sequence[Condition], values: Values) -> str:
    """The clause for all of the conditions on the table `t`, empty for none."""
    return f" WHERE {' AND '.join(_condition(table, one, values) for one in conditions)}" if conditions else ""


def order_by(table: Table, order: Sequence[Sorted]) -> str:
    """The clause for this order of the rows of `t`, empty for none."""
    return f" ORDER BY {', '.join(_sorted(table, step) for step in order)}" if order else ""


def names_in(conditions: Sequence[Condition]) -> Iterator[str]:
    """Every column that the conditions name."""
    for condition in conditions:
        match condition:
            case Combined(parts=parts):
                yield from names_in(parts)
            case Compared(column=column) | OneOf(column=column) | InState(column=column):
                yield column
            case _:
                assert_never(condition)


def _condition(table: Table, condition: Condition, values: Values) -> str:
    match condition:
        case Compared(column=name, comparison=comparison, value=value):
            column = column_of(table, name)
            type_sql = "" if comparison in _PATTERNS else column.type
            said = f"t.{column.sql} {_OPERATORS[comparison]} {values.text(value, type_sql)}"
        case OneOf(column=name, values=listed):
            column = column_of(table, name)
            said = f"t.{column.sql} = ANY ({values.texts(listed, column.type)})"
        case InState(column=name, state=state):
            said = f"t.{column_of(table, name).sql} IS {_STATES[state]}"
        case Combined(parts=parts, any_of=any_of):
            said = (" OR " if any_of else " AND ").join(_condition(table, part, values) for part in parts)
        case _:
            assert_never(condition)
    return f"NOT ({said})" if condition.negated else f"({said})"


def _sorted(table: Table, step: Sorted) -> str:
    direction = "DESC" if step.descending else "ASC"
    return f"t.{column_of(table, step.column).sql} {direction}{_NULLS[step.nulls_first]}"
