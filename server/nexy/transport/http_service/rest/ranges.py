"""Range and Content-Range (PostgREST: Pagination and Count)."""

import re
from dataclasses import replace

from nexy.contracts.rows import RowsRefused
from nexy.transport.http_service.rest.query import Query

_RANGE = re.compile(rb"([0-9]{1,18})-([0-9]{0,18})")
_OK, _PARTIAL = 200, 206
UNSATISFIABLE = "PGRST103"


def ranged(query: Query, header: bytes) -> Query:
    """The query within the range of the header; limit and offset count within it. Other units are not ours."""
    found = _RANGE.fullmatch(header.strip())
    if found is None:
        return query
    first = int(found[1])
    if not found[2]:
        return replace(query, offset=query.offset + first) if first else query
    last = int(found[2])
    if last < first:
        details = "The lower boundary must be lower than or equal to the upper boundary in the Range header."
        raise RowsRefused(UNSATISFIABLE, "Requested range not satisfiable", details=details)
    room = max(0, last - first + 1 - query.offset)
    limit = room if query.limit is None else min(query.limit, room)
    return replace(query, offset=query.offset + first, limit=limit)


def status_of_page(offset: int, count: int, total: int | None) -> int:
    """200 for everything there is, 206 for a part of it; raises `RowsRefused` behind the last row."""
    if total is None:
        return _OK
    if offset > total:
        details = f"An offset of {offset} was requested, but there are only {total} rows."
        raise RowsRefused(UNSATISFIABLE, "Requested range not satisfiable", details=details)
    return _PARTIAL if count < total else _OK


def content_range(offset: int, count: int, total: int | None) -> bytes:
    """`0-9/20`, `*/20` where there is no row, `*` where nobody counted."""
    rows = f"{offset}-{offset + count - 1}" if count and total != 0 else "*"
    return f"{rows}/{'*' if total is None else total}".encode()
