"""Rows over HTTP: what may be asked of a table, already taken apart; nothing in it is a piece of a statement."""

from dataclasses import dataclass
from enum import StrEnum

from nexy.contracts.access import Caller
from nexy.contracts.errors import ErrorType, NexyError
from nexy.contracts.request import Request

EVERY_COLUMN = "*"


class Comparison(StrEnum):
    """How a column is compared with one value."""

    EQ = "eq"
    NEQ = "neq"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    LIKE = "like"
    ILIKE = "ilike"


class State(StrEnum):
    """What a column can be without being equal to it."""

    NULL = "null"
    NOT_NULL = "not_null"
    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A column against a value, which PostgreSQL itself reads as the column's type; in patterns `%` stands."""

    column: str
    comparison: Comparison
    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """A column among values."""

    column: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InState:
    """A column that is null, true and so on."""

    column: str
    state: State
    negated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """All of the conditions, or with `any_of` one of them."""

    parts: "tuple[Condition, ...]"
    any_of: bool = False
    negated: bool = False


Condition = Compared | OneOf | InState | Combined


class Cast(StrEnum):
    """The types that a column may be shown as."""

    TEXT = "text"
    INTEGER = "integer"
    BIGINT = "bigint"
    NUMERIC = "numeric"
    DOUBLE = "double precision"
    BOOLEAN = "boolean"
    DATE = "date"
    JSONB = "jsonb"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A column of the answer, or all of them, under its own name or another."""

    column: str
    alias: str = ""
    cast: Cast | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """One step of the order; without `nulls_first` nulls stand where PostgreSQL puts them."""

    column: str
    descending: bool = False
    nulls_first: bool | None = None


class Returning(StrEnum):
    """What a change answers with."""

    NOTHING = "minimal"
    KEYS = "headers-only"
    ROWS = "representation"


class OnConflict(StrEnum):
    """What becomes of a row that is there already."""

    MERGE = "merge-duplicates"
    IGNORE = "ignore-duplicates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of it: the rows as one JSON array in UTF-8, empty where none were wanted.

    `count` rows were read or changed, `total` there are without limit and offset (None: nobody asked), `inserted` were
    new (None where rows could not be merged). `key` are the names and values by which the one new row is found.
    """

    body: bytes = b""
    count: int = 0
    total: int | None = None
    inserted: int | None = None
    key: tuple[tuple[str, str], ...] = ()


_ALL = (Shown(column=EVERY_COLUMN),)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRows(Request[Answer]):
    """Rows that the caller may see; with `body` False they are only counted. All raise `RowsRefused`.

    `one` refuses any other number of rows than 1. `limit` None is the configured page, which no limit exceeds.
    """

    caller: Caller
    table: str
    shown: tuple[Shown, ...] = _ALL
    conditions: tuple[Condition, ...] = ()
    order: tuple[Sorted, ...] = ()
    limit: int | None = None
    offset: int = 0
    total: bool = False
    one: bool = False
    body: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class InsertRows(Request[Answer]):
    """New rows, `payload` being their JSON array, with these `columns`.

    A row without one of the columns gets null there, or with `defaults` what the table says. `conflict_columns` empty:
    those of the primary key.
    """

    caller: Caller
    table: str
    payload: bytes
    columns: tuple[str, ...]
    rows: int
    defaults: bool = False
    on_conflict: OnConflict | None = None
    conflict_columns: tuple[str, ...] = ()
    returning: Returning = Returning.NOTHING
    shown: tuple[Shown, ...] = _ALL
    order: tuple[Sorted, ...] = ()
    one: bool = False
    at_most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateRows(Request[Answer]):
    """The same new values for every row that fits; `payload` is a JSON array of one object with these `columns`."""

    caller: Caller
    table: str
    payload: bytes
    columns: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    returning: Returning = Returning.NOTHING
    shown: tuple[Shown, ...] = _ALL
    order: tuple[Sorted, ...] = ()
    one: bool = False
    at_most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRows(Request[Answer]):
    """Remove every row that fits."""

    caller: Caller
    table: str
    conditions: tuple[Condition, ...] = ()
    returning: Returning = Returning.NOTHING
    shown: tuple[Shown, ...] = _ALL
    order: tuple[Sorted, ...] = ()
    one: bool = False
    at_most: int | None = None


class RowsRefused(NexyError):
    """A request for rows that cannot be met; `code` is PostgREST's (PGRST…) or the SQLSTATE of PostgreSQL.

    `details` and `hint` are for the caller alone: they may repeat what was sent, and are never logged.
    """

    error_type = ErrorType.VALIDATION_FAILED

    def __init__(
        self, code: str, message: str, *, details: str | None = None, hint: str | None = None, field: str | None = None
    ) -> None:
        super().__init__(message, code=code, field=field)
        self.details = details
        self.hint = hint
