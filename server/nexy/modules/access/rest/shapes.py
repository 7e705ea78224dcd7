"""What a row of the answer looks like: PostgreSQL writes the JSON, other names than the columns' own are parameters."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nexy.contracts.rows import EVERY_COLUMN, RowsRefused, Shown
from nexy.modules.access.rest.catalogue import Table
from nexy.modules.access.rest.conditions import column_of
from nexy.modules.access.rest.values import Values

# A function of PostgreSQL takes 100 arguments, and a renamed column is two of them.
_MOST_WITH_ALIAS = 50
# Quotes, colon and comma around a name and a value; and the longest text of a type of fixed width, an array of them no.
_AROUND, _FIXED = 8, 64
_BINARY = "bytea"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How rows become an answer, all over the rows of `t`.

    `columns` are what is read, each once, and `bytes` how long the texts of a row are, escapes left out; `listed` are
    the expressions of the answer. Over the rows of these, `nexy_rows`, `item` is the JSON of one.
    """

    columns: str
    bytes: str
    listed: str
    item: str


def shape_of(table: Table, shown: Sequence[Shown], values: Values, max_repeats: int) -> Shape:
    """How these columns are shown; raises `RowsRefused` for an unknown one, and one that is asked for too often."""
    spelled = [one for wanted in shown for one in _spelled_out(table, wanted)]
    columns = Counter(column_of(table, one.column).sql for one in spelled)
    if any(count > max_repeats for count in columns.values()):
        raise RowsRefused("PGRST100", f"a column can be selected at most {max_repeats} times")
    if any(one.alias for one in spelled):
        listed, item = f"{_renamed(table, spelled, values)} AS nexy_item", "nexy_rows.nexy_item"
    else:
        listed = ", ".join(f"{_cast(table, one)} AS {column_of(table, one.column).sql}" for one in spelled)
        item = "nexy_rows.*"
    read = ", ".join(f"t.{column}" for column in columns)
    return Shape(columns=read, bytes=_bytes(table, spelled), listed=listed, item=item)


def _spelled_out(table: Table, wanted: Shown) -> Sequence[Shown]:
    if wanted.column == EVERY_COLUMN:
        return [Shown(column=name) for name in table.columns]
    return [wanted]


def _renamed(table: Table, spelled: Sequence[Shown], values: Values) -> str:
    if len(spelled) > _MOST_WITH_ALIAS:
        raise RowsRefused("PGRST100", f"at most {_MOST_WITH_ALIAS} columns can be selected when one is renamed")
    pairs = (f"{values.text(one.alias or one.column)}, {_cast(table, one)}" for one in spelled)
    return f"json_build_object({', '.join(pairs)})"


def _cast(table: Table, one: Shown) -> str:
    column = f"t.{column_of(table, one.column).sql}"
    return f"{column}::{one.cast.value}" if one.cast is not None else column


def _bytes(table: Table, spelled: Sequence[Shown]) -> str:
    """A sum of bigints; the length of a text is known without reading the text."""
    certain, measured = 0, Counter[str]()
    for one in spelled:
        column = column_of(table, one.column)
        certain += len((one.alias or one.column).encode()) + _AROUND
        if column.width > 0:
            certain += _FIXED
        elif column.type == _BINARY and one.cast is None:
            measured[f"2 * octet_length(t.{column.sql})::bigint"] += 1
        else:
            measured[f"octet_length({_cast(table, one)}::text)::bigint"] += 1
    sums = (f"coalesce({times} * {length}, 0)" for length, times in measured.items())
    return " + ".join((f"{certain}::bigint", *sums))
