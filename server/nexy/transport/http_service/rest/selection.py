"""Columns of the query string: select, order, columns, on_conflict."""

from nexy.contracts.rows import EVERY_COLUMN, Cast, RowsRefused, Shown, Sorted
from nexy.transport.http_service.rest.scanner import Scanner

_CASTS = {
    "text": Cast.TEXT, "varchar": Cast.TEXT, "int": Cast.INTEGER, "int4": Cast.INTEGER, "integer": Cast.INTEGER,
    "int8": Cast.BIGINT, "bigint": Cast.BIGINT, "numeric": Cast.NUMERIC, "float8": Cast.DOUBLE,
    "double precision": Cast.DOUBLE, "bool": Cast.BOOLEAN, "boolean": Cast.BOOLEAN, "date": Cast.DATE,
    "jsonb": Cast.JSONB, "json": Cast.JSONB,
}  # fmt: skip
_EMBEDDED = ("(", "!")
_NO_PATHS = "Paths into JSON are not taken."


def shown_in(text: str, table: str, most: int) -> tuple[Shown, ...]:
    """`select`: columns, `alias:column`, `column::type`, `*`; raises `RowsRefused`, for other tables with PGRST200."""
    scanner = Scanner(text, "select parameter")
    shown = [_shown(scanner, table)]
    while scanner.takes(","):
        shown.append(_shown(scanner, table))
        _refuse_more(scanner, len(shown), most)
    scanner.end()
    return tuple(shown)


def sorted_in(text: str, most: int) -> tuple[Sorted, ...]:
    """`order`: columns, each with .asc or .desc and .nullsfirst or .nullslast."""
    scanner = Scanner(text, "order")
    order = [_sorted(scanner)]
    while scanner.takes(","):
        order.append(_sorted(scanner))
        _refuse_more(scanner, len(order), most)
    scanner.end()
    return tuple(order)


def names_in(text: str, what: str, most: int) -> tuple[str, ...]:
    """`columns` and `on_conflict`: names, each once."""
    scanner = Scanner(text, what)
    names = [scanner.name()]
    while scanner.takes(","):
        names.append(scanner.name())
        _refuse_more(scanner, len(names), most)
    scanner.end()
    return tuple(dict.fromkeys(names))


def _shown(scanner: Scanner, table: str) -> Shown:
    if scanner.takes(EVERY_COLUMN):
        return Shown(column=EVERY_COLUMN)
    if scanner.takes("..."):
        raise _no_embedding(table, scanner.name())
    name, alias = scanner.name(), ""
    if scanner.sees(":") and not scanner.sees("::"):
        scanner.expect(":")
        name, alias = scanner.name(), name
    if any(scanner.sees(sign) for sign in _EMBEDDED):
        raise _no_embedding(table, name)
    cast = _cast(scanner) if scanner.takes("::") else None
    if not scanner.at_end and not scanner.sees(","):
        raise scanner.refusal("expected a comma or the end", _NO_PATHS if scanner.sees("->") else None)
    return Shown(column=name, alias=alias, cast=cast)


def _cast(scanner: Scanner) -> Cast:
    wanted = scanner.name()
    cast = _CASTS.get(wanted.lower())
    if cast is None:
        raise scanner.refusal(f'cannot show a column as "{wanted}"', f"Use one of {', '.join(_CASTS)}.")
    return cast


def _no_embedding(table: str, other: str) -> RowsRefused:
    return RowsRefused(
        "PGRST200",
        f"Could not find a relationship between '{table}' and '{other}' in the schema cache",
        details="Other tables cannot be embedded in an answer.",
        hint="Ask for each table apart.",
    )


def _sorted(scanner: Scanner) -> Sorted:
    column = scanner.name()
    if scanner.sees("("):
        raise scanner.refusal("other tables cannot be embedded")
    descending, nulls_first = False, None
    if scanner.takes(".desc"):
        descending = True
    else:
        scanner.takes(".asc")
    if scanner.takes(".nullsfirst"):
        nulls_first = True
    elif scanner.takes(".nullslast"):
        nulls_first = False
    if not scanner.at_end and not scanner.sees(","):
        raise scanner.refusal("expected asc, desc, nullsfirst, nullslast or a comma",
                              _NO_PATHS if scanner.sees("->") else None)  # fmt: skip
    return Sorted(column=column, descending=descending, nulls_first=nulls_first)


def _refuse_more(scanner: Scanner, count: int, most: int) -> None:
    if count > most:
        raise scanner.refusal(f"at most {most} columns are taken")
