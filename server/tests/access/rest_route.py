"""/rest/v1 as a way to rows: each verb on each table and view, with every kind of condition, through the whole door."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.types import ASGIApp

from access.catalogue import Relation
from access.filling import Row
from access.stage import Attempt, Caller, Given, Stage
from nexy.config.access_section import RestConfig
from nexy.config.api_section import ApiConfig
from nexy.contracts.access import Caller as Asker
from nexy.contracts.access import Role, VerifyToken
from nexy.contracts.request import RequestHandlers
from nexy.contracts.rows import RowsRefused
from nexy.modules.access.rest_query import RestQuery
from support.asgi import Answer, fetch
from support.clock import FakeClock
from support.rest_door import rest_app

_REFUSED, _NOT_FOUND = 400, 404
_COUNT = {"prefer": "count=exact"}
_ROWS = {"prefer": "return=representation,count=exact"}
_MERGE = {"prefer": "resolution=merge-duplicates,return=representation"}
_IGNORE = {"prefer": "resolution=ignore-duplicates,return=representation"}
_KEYS = {"prefer": "return=headers-only,count=exact"}

_Asked = tuple[str, str, str, object, Mapping[str, str]]


class _OneAsker:
    """The module `access` for somebody whose token is beyond doubt."""

    def __init__(self, stage: Stage, caller: Caller) -> None:
        self._asker = Asker(role=Role(caller.claims.role), user_id=caller.claims.user_id)
        self._handlers = RequestHandlers()
        self._handlers.on(VerifyToken, self._verify)
        RestQuery(RestConfig(), stage.database, FakeClock().monotonic).register(self._handlers)

    async def process(self, request: Any) -> Any:
        return await self._handlers.answer(request)

    async def _verify(self, _: VerifyToken) -> Asker:
        return self._asker


async def rest(stage: Stage, caller: Caller) -> AsyncIterator[Attempt]:
    """Every table and view, whether the door knows it or not; the app's own role never comes by it."""
    if not caller.claims.role:
        return
    app, _ = rest_app(_OneAsker(stage, caller), FakeClock(), RestConfig(), ApiConfig())
    for relation in stage.catalogue.relations:
        name = relation.name.rpartition(".")[2]
        known = (await _answer(app, "GET", name)).status != _NOT_FOUND
        for verb, method, query, body, headers in _asked(relation, caller, known=known):
            yield Attempt(target=relation.name, verb=verb,
                          run=partial(_ask, app, caller, method, f"{name}?{query}", body, headers))  # fmt: skip


def _asked(relation: Relation, caller: Caller, *, known: bool) -> Iterator[_Asked]:
    """What is not known is asked for in the plainest form alone."""
    mine, theirs = caller.mine.rows.get(relation.name), caller.theirs.rows.get(relation.name)
    conditions = ["", *(_conditions(theirs) if theirs and known else ())]
    for condition in conditions:
        yield "SELECT", "GET", condition, None, _COUNT
        yield "SELECT", "HEAD", condition, None, _COUNT
    if mine is None or theirs is None:
        return
    theirs_as_mine = mine | {column: theirs[column] for column in relation.key}
    # The last one is new: that it passes proves that the others were refused for what they are.
    fresh = {column: value for column, value in mine.items() if column not in relation.key}
    for row in (mine, theirs, theirs_as_mine, fresh) if known else (mine,):
        for headers in ({}, _ROWS, _KEYS):
            yield "INSERT", "POST", "", row, headers
        for headers in (_MERGE, _IGNORE):
            yield "UPSERT", "POST", "", [row], headers
    owner = relation.owner_column
    for condition in conditions:
        for headers in (_ROWS, {}):
            yield "UPDATE", "PATCH", condition, {owner: theirs[owner]} if owner else mine, headers
            yield "UPDATE", "PATCH", condition, {owner: mine[owner]} if owner else mine, headers
            yield "DELETE", "DELETE", condition, None, headers


def _conditions(theirs: Row) -> Iterator[str]:
    """Ways to mean the other person's row."""
    for column, value in theirs.items():
        if value:
            yield f"{column}=eq.{quote(value)}"
            yield f"or=({column}.in.({quote(value)}),{column}.not.is.null)"


async def _ask(app: ASGIApp, caller: Caller, method: str, path: str, body: object, headers: Mapping[str, str]) -> Given:
    answer = await _answer(app, method, path, body, headers)
    said = f"{path} {json.dumps(body)}"
    asked = frozenset(mark for mark in caller.theirs.marks if mark in said)
    given = Given(rows=[answer.body.decode(), str(answer.headers)], touched=_touched(answer), asked=asked)
    # A refusal that tells something of the other person is none.
    if answer.status >= _REFUSED and not any(caller.theirs.has(row, asked) for row in given.rows):
        raise RowsRefused(str(answer.status), "refused")
    return given


async def _answer(
    app: ASGIApp, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
) -> Answer:
    path, _, query = path.partition("?")
    sent = b"" if body is None else json.dumps(body).encode()
    shown = {"authorization": "Bearer eyJ.somebody", **(headers or {})}
    return await fetch(app, f"/rest/v1/{path}", method=method, query=query, body=sent, headers=shown)


def _touched(answer: Answer) -> int:
    """How many rows there are in the answer, or were counted."""
    if isinstance(told := answer.json if answer.body else None, list):
        return len(told)
    total = answer.headers.get("content-range", "").rpartition("/")[2]
    return int(total) if total.isdigit() else int(bool(answer.body))
