"""The query string as a whole."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from nexy.config.access_section import RestConfig
from nexy.contracts.rows import EVERY_COLUMN, Condition, RowsRefused, Shown, Sorted
from nexy.transport.http_service.rest.filters import Filters, is_logic, no_condition
from nexy.transport.http_service.rest.scanner import ungrammatical
from nexy.transport.http_service.rest.selection import names_in, shown_in, sorted_in

_ALL = (Shown(column=EVERY_COLUMN),)
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_ONCE = frozenset(("select", "order", "limit", "offset", "columns", "on_conflict"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What was asked behind the path; `columns` None: those of the payload."""

    shown: tuple[Shown, ...] = _ALL
    conditions: tuple[Condition, ...] = ()
    order: tuple[Sorted, ...] = ()
    limit: int | None = None
    offset: int = 0
    columns: tuple[str, ...] | None = None
    conflict_columns: tuple[str, ...] = ()

    @property
    def paged(self) -> bool:
        """Whether only a part of the rows is meant."""
        return self.limit is not None or self.offset > 0


def query_of(raw: bytes, table: str, config: RestConfig) -> Query:
    """The query string taken apart; raises `RowsRefused`: PGRST100, PGRST103, PGRST108, PGRST200."""
    if len(raw) > config.max_query_bytes:
        raise RowsRefused("PGRST100", f"the query string is longer than {config.max_query_bytes} bytes")
    named, conditions = _pairs(raw, config)
    most = config.max_columns
    return Query(
        shown=shown_in(named["select"], table, most) if named.get("select") else _ALL,
        conditions=_conditions(conditions, config),
        order=sorted_in(named["order"], most) if named.get("order") else (),
        limit=_number("limit", named["limit"]) if "limit" in named else None,
        offset=_number("offset", named["offset"]) if "offset" in named else 0,
        columns=names_in(named["columns"], "columns parameter", most) if named.get("columns") else None,
        conflict_columns=names_in(named["on_conflict"], "on_conflict parameter", most)
        if named.get("on_conflict")
        else (),
    )


def _pairs(raw: bytes, config: RestConfig) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The names with a meaning of their own, and all the others."""
    try:
        # More separators than this are nobody's question.
        most = config.max_conditions + len(_ONCE)
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=most)
    except ValueError:
        raise RowsRefused(
            "PGRST100", "failed to parse the query string", details="It is not UTF-8, or has too many parameters."
        ) from None
    named: dict[str, str] = {}
    others: list[tuple[str, str]] = []
    for name, value in pairs:
        if name not in _ONCE:
            others.append((name, value))
        elif name in named:
            raise ungrammatical(name, value, f"{name} is given twice")
        else:
            named[name] = value
    return named, others


def _conditions(pairs: list[tuple[str, str]], config: RestConfig) -> tuple[Condition, ...]:
    filters = Filters(config)
    return tuple(_condition(filters, name, value) for name, value in pairs)


def _condition(filters: Filters, name: str, value: str) -> Condition:
    if is_logic(name):
        return filters.of_logic(name, value)
    if not name or "." not in value:
        # PostgREST lets such a parameter go by; a slip in one of two conditions would then change too many rows.
        raise no_condition(name, value)
    return filters.of_column(name, value)


def _number(name: str, text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ungrammatical(name, text, f"{name} is a number of at most 18 digits")
    number = int(text)
    if number < 0:
        details = f"{name.capitalize()} should be greater than or equal to zero."
        raise RowsRefused("PGRST103", "Requested range not satisfiable", details=details)
    return number
