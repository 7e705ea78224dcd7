"""Statuses, headers and bodies of what went well (PostgREST: Tables and Views; Preferences)."""

from urllib.parse import urlencode

from nexy.contracts.rows import Answer, OnConflict, Returning
from nexy.transport.http_service.exchange import Headers
from nexy.transport.http_service.rest.asked import REST, Asked
from nexy.transport.http_service.rest.preferences import OBJECT
from nexy.transport.http_service.rest.query import Query
from nexy.transport.http_service.rest.ranges import content_range, status_of_page
from nexy.transport.http_service.rest.refusals import JSON

_OK, _CREATED, _EMPTY = 200, 201, 204
_OBJECT: Headers = ((b"content-type", f"{OBJECT}; charset=utf-8".encode()),)
_READS = ("count", "handling")
_CHANGES = ("return", "count", "handling")
_INSERTS = ("resolution", "return", "count", "missing", "handling")
Reply = tuple[int, bytes, Headers]


def page_reply(asked: Asked, query: Query, answer: Answer) -> Reply:
    """Rows that were read; raises `RowsRefused` for a page behind the last one."""
    status = status_of_page(query.offset, answer.count, answer.total)
    ranged = content_range(query.offset, answer.count, answer.total)
    body = single(answer.body) if asked.one and answer.body else answer.body
    return status, body, (*(_OBJECT if asked.one else JSON), *_headers(asked, ranged, _READS))


def insert_reply(asked: Asked, answer: Answer, returning: Returning, *, one: bool) -> Reply:
    """New rows: 201, or 200 where all of them were merged into others."""
    merged = asked.on_conflict is OnConflict.MERGE and answer.inserted == 0
    ranged = content_range(0, 0, answer.count if asked.preferences.total else None)
    headers = _headers(asked, ranged, _INSERTS)
    if answer.key:
        where = urlencode([(name, f"eq.{value}") for name, value in answer.key])
        headers = (*headers, (b"location", f"{REST}{asked.table}?{where}".encode()))
    status = _OK if merged else _CREATED
    if returning is not Returning.ROWS:
        return status, b"", headers
    body = single(answer.body) if one else answer.body
    return status, body, (*(_OBJECT if asked.one else JSON), *headers)


def change_reply(asked: Asked, answer: Answer, *, counted_from: bool) -> Reply:
    """Rows that were changed or removed: 200 with them, 204 without; `counted_from` tells their range."""
    total = answer.count if asked.preferences.total else None
    ranged = content_range(0, answer.count if counted_from else 0, total)
    headers = _headers(asked, ranged, _CHANGES)
    if asked.returning is not Returning.ROWS:
        return _EMPTY, b"", headers
    body = single(answer.body) if asked.one else answer.body
    return _OK, body, (*(_OBJECT if asked.one else JSON), *headers)


def single(body: bytes) -> bytes:
    """The one member of the array."""
    return body[1:-1]


def _headers(asked: Asked, ranged: bytes, heeded: tuple[str, ...]) -> Headers:
    given = asked.preferences.given
    kept = [f"{name}={given[name]}" for name in heeded if name in given]
    if asked.preferences.at_most is not None:
        kept.append(f"max-affected={asked.preferences.at_most}")
    applied: Headers = ((b"preference-applied", ", ".join(kept).encode()),) if kept else ()
    return ((b"content-range", ranged), *applied)
