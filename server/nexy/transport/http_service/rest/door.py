"""The endpoints of /rest/v1/*."""

from collections.abc import Sequence
from typing import Any

from nexy.config.access_section import RestConfig
from nexy.config.api_section import ApiLimitsConfig
from nexy.contracts.access import Caller, Role, Scope
from nexy.contracts.errors import Unauthenticated
from nexy.contracts.request import Request
from nexy.contracts.rows import Answer, DeleteRows, InsertRows, ReadRows, Returning, RowsRefused, UpdateRows
from nexy.transport.http_service.callers import REFUSED, Callers
from nexy.transport.http_service.exchange import Exchange
from nexy.transport.http_service.front import FastRoute
from nexy.transport.http_service.rest import replies
from nexy.transport.http_service.rest.asked import REST, Asked, asked_by, secret_in
from nexy.transport.http_service.rest.payload import INVALID, Payload, payload_of
from nexy.transport.http_service.rest.ranges import ranged
from nexy.transport.http_service.rest.refusals import NotSignedIn, RestError, refuse
from nexy.workflows.admission import Admission
from nexy.workflows.rows import Rows

_NO_RIGHT = "42501"
_READ = (400, 401, 403, 404, 405, 406, 416, 429, 500, 503, 504)
_CHANGED = (400, 401, 403, 404, 405, 406, 408, 409, 413, 415, 429, 500, 503, 504)
_TABLE = {"table": "a table that the caller's role may touch"}
_FILTERS = {
    "select": "columns, alias:column, column::type",
    "or": "(column.operator.value,…); and, not.or, not.and likewise",
}
_PAGES = {"order": "column.desc.nullslast,…", "limit": "rows at most", "offset": "rows to leave out"}
_NEW = {"select": _FILTERS["select"], "columns": "columns of the body that count", "on_conflict": "columns to merge by"}


def rest_routes(
    rows: Rows, admission: Admission, callers: Callers, config: RestConfig, limits: ApiLimitsConfig
) -> Sequence[FastRoute]:
    """All of them: one for each verb, below one path."""
    door = _Door(rows, admission, callers, config, limits.body_seconds)
    common: dict[str, Any] = {
        "path": f"{REST}{{table}}",
        "refuse": refuse,
        "refusal": RestError,
        "places": _TABLE,
        "rows": True,
    }
    return (
        FastRoute(summary="Rows of a table", handler=door.read, method="GET", query={**_FILTERS, **_PAGES},
                  statuses=_READ, **common),
        FastRoute(summary="New rows", handler=door.insert, query=_NEW, success=201, statuses=_CHANGED, **common),
        FastRoute(summary="Change rows", handler=door.update, method="PATCH", query=_FILTERS, success=204,
                  statuses=_CHANGED, **common),
        FastRoute(summary="Remove rows", handler=door.delete, method="DELETE", query=_FILTERS, success=204,
                  statuses=_CHANGED, **common),
        *(FastRoute(path=path, summary="Nothing", handler=door.nothing, method="GET", refuse=refuse, hidden=True)
          for path in (REST, REST.rstrip("/"))),
    )  # fmt: skip


class _Door:
    """Read, hand down, write."""

    def __init__(
        self, rows: Rows, admission: Admission, callers: Callers, config: RestConfig, body_seconds: float
    ) -> None:
        self._rows = rows
        self._admission = admission
        self._callers = callers
        self._config = config
        self._body_seconds = body_seconds

    async def read(self, exchange: Exchange) -> None:
        """Rows, or with HEAD only what is told of them."""
        caller, asked = await self._admitted(exchange)
        query = ranged(asked.query, exchange.heads.get(b"range", b""))
        wanted = ReadRows(
            caller=caller, table=asked.table, shown=query.shown, conditions=query.conditions, order=query.order,
            limit=query.limit, offset=query.offset, total=asked.preferences.total, one=asked.one,
            body=exchange.method != "HEAD",
        )  # fmt: skip
        await exchange.reply(*replies.page_reply(asked, query, await self._answer(exchange, caller, wanted)))

    async def insert(self, exchange: Exchange) -> None:
        """New rows; a plain program gets them back in the form in which it sent them."""
        caller, asked = await self._admitted(exchange)
        payload = await self._payload(exchange, asked)
        returning = Returning.ROWS if asked.plain else asked.returning
        wanted = InsertRows(
            caller=caller, table=asked.table, payload=payload.array, columns=payload.columns, rows=payload.rows,
            defaults=asked.preferences.defaults, on_conflict=asked.on_conflict,
            conflict_columns=asked.query.conflict_columns, returning=returning, shown=asked.query.shown,
            order=asked.query.order, one=asked.one, at_most=asked.preferences.at_most,
        )  # fmt: skip
        answer = await self._answer(exchange, caller, wanted)
        one = asked.one or (asked.plain and payload.single)
        await exchange.reply(*replies.insert_reply(asked, answer, returning, one=one))

    async def update(self, exchange: Exchange) -> None:
        """Other contents for the rows that conditions name."""
        caller, asked = await self._admitted(exchange)
        _refuse_pages(asked)
        payload = await self._payload(exchange, asked)
        if payload.rows != 1:
            raise RowsRefused(INVALID, "Send one object with the new values")
        wanted = UpdateRows(
            caller=caller, table=asked.table, payload=payload.array, columns=payload.columns,
            conditions=asked.query.conditions, returning=asked.returning, shown=asked.query.shown,
            order=asked.query.order, one=asked.one, at_most=asked.preferences.at_most,
        )  # fmt: skip
        answer = await self._answer(exchange, caller, wanted)
        await exchange.reply(*replies.change_reply(asked, answer, counted_from=True))

    async def delete(self, exchange: Exchange) -> None:
        """Remove the rows that conditions name."""
        caller, asked = await self._admitted(exchange)
        _refuse_pages(asked)
        wanted = DeleteRows(
            caller=caller, table=asked.table, conditions=asked.query.conditions, returning=asked.returning,
            shown=asked.query.shown, order=asked.query.order, one=asked.one, at_most=asked.preferences.at_most,
        )  # fmt: skip
        # Some clients send a body; it says nothing, but the connection is good for the next request only behind it.
        await exchange.body(self._config.max_body_bytes, self._body_seconds)
        answer = await self._answer(exchange, caller, wanted)
        await exchange.reply(*replies.change_reply(asked, answer, counted_from=False))

    async def nothing(self, exchange: Exchange) -> None:
        """The list of all tables, which PostgREST can be told to keep to itself too."""
        await self._caller(exchange)
        raise RowsRefused("PGRST126", "Root endpoint metadata is disabled")

    async def _admitted(self, exchange: Exchange) -> tuple[Caller, Asked]:
        """Who asks first, what afterwards: a stranger learns nothing of tables."""
        return await self._caller(exchange), asked_by(exchange, self._config)

    async def _caller(self, exchange: Exchange) -> Caller:
        try:
            caller = await self._admission.bearer(secret_in(exchange.heads), Scope.REST)
            if caller is None:
                raise Unauthenticated("It is neither a token nor a key.")
        except REFUSED:
            # Who tries tokens is counted too.
            await self._callers.count(exchange, "")
            raise
        await self._callers.count(exchange, caller.user_id)
        return caller

    async def _payload(self, exchange: Exchange, asked: Asked) -> Payload:
        body = await exchange.body(self._config.max_body_bytes, self._body_seconds)
        kind = exchange.heads.get(b"content-type", b"").decode("latin-1")
        return payload_of(body, kind, asked.query.columns, self._config.max_columns)

    async def _answer(self, exchange: Exchange, caller: Caller, wanted: Request[Answer]) -> Answer:
        try:
            async with exchange.watched():
                return await self._rows.ask(wanted)
        except RowsRefused as refused:
            if refused.code == _NO_RIGHT and caller.role is Role.ANON:
                raise NotSignedIn(refused.code, refused.message, details=refused.details, hint=refused.hint) from None
            raise


def _refuse_pages(asked: Asked) -> None:
    """A change of the first ten rows is none of all: what cannot be kept to is refused."""
    if asked.query.paged:
        raise RowsRefused("PGRST100", "limit and offset are not taken with PATCH and DELETE",
                          hint="Name the rows by a condition.")  # fmt: skip
