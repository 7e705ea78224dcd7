"""The endpoints of /api/v1/*."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import msgspec

from nexy.config.api_section import ApiConfig
from nexy.contracts.routing import Payer
from nexy.transport.http_service.api import examples, shapes, tasks
from nexy.transport.http_service.api.refusals import refuse
from nexy.transport.http_service.api.replies import (
    analyze_reply,
    complete_reply,
    explain_reply,
    generate_reply,
    route_reply,
    search_reply,
)
from nexy.transport.http_service.api.streaming import stream_route
from nexy.transport.http_service.callers import Callers
from nexy.transport.http_service.exchange import JSON, Exchange
from nexy.transport.http_service.facts import facts_of
from nexy.transport.http_service.front import FastRoute
from nexy.transport.http_service.http_errors import ErrorReply
from nexy.transport.http_service.json_bodies import BodyReader
from nexy.workflows.code_assistance import CodeAssistance
from nexy.workflows.code_work import Told

S = TypeVar("S", bound=msgspec.Struct)
_encode = msgspec.json.Encoder().encode
_STATUSES = (400, 401, 403, 404, 405, 408, 413, 415, 422, 429, 500, 503, 504)


def api_routes(assistance: CodeAssistance, callers: Callers, config: ApiConfig) -> tuple[FastRoute, ...]:
    """All of them."""
    door = _Door(assistance, callers, config)
    return (
        door.route("/api/v1/route", "Let the fitting provider do a task of any kind", shapes.RouteBody,
                   shapes.RouteReply, door.do_route, examples.ROUTE, one_of=tasks.ROUTE_ONE_OF, streams=True),
        door.route("/api/v1/search", "Search over code", shapes.SearchBody, shapes.SearchReply, door.do_search,
                   examples.SEARCH),
        door.route("/api/v1/generate", "Write code", shapes.GenerateBody, shapes.GenerateReply, door.do_generate,
                   examples.GENERATE, one_of=tasks.GENERATE_ONE_OF),
        door.route("/api/v1/analyze", "Analyse code", shapes.AnalyzeBody, shapes.AnalyzeReply, door.do_analyze,
                   examples.ANALYZE),
        door.route("/api/v1/complete", "Complete code at a cursor", shapes.CompleteBody, shapes.CompleteReply,
                   door.do_complete, examples.COMPLETE),
        door.route("/api/v1/explain", "Explain code or a symbol", shapes.ExplainBody, shapes.ExplainReply,
                   door.do_explain, examples.EXPLAIN, one_of=tasks.EXPLAIN_ONE_OF),
        door.route("/api/v1/feedback", "Judge an answer", shapes.FeedbackBody, shapes.FeedbackReply,
                   door.do_feedback, examples.FEEDBACK),
    )  # fmt: skip


class _Door:
    """Read, hand down, write; nothing is decided here."""

    def __init__(self, assistance: CodeAssistance, callers: Callers, config: ApiConfig) -> None:
        self._assistance = assistance
        self._callers = callers
        self._config = config

    def route(
        self,
        path: str,
        summary: str,
        body: type[S],
        reply: type[msgspec.Struct],
        work: Callable[[Exchange, S, Payer], Awaitable[None]],
        example: Mapping[str, object],
        *,
        one_of: tuple[str, ...] = (),
        streams: bool = False,
    ) -> FastRoute:
        """One endpoint: who asks, what, and then the work, which ends when the client goes."""
        limits = self._config.limits
        max_bytes = min(limits.max_code_bytes, self._config.max_body_bytes)
        reader = BodyReader(body, limits, forms=True)

        async def handler(exchange: Exchange) -> None:
            payer = await self._callers.admit(exchange)
            raw = await exchange.body(max_bytes, limits.body_seconds)
            asked = reader.read(raw, exchange.heads.get(b"content-type", b""))
            async with exchange.watched():
                await work(exchange, asked, payer)

        return FastRoute(
            path=path,
            summary=summary,
            handler=handler,
            refuse=refuse,
            body=body,
            reply=reply,
            refusal=ErrorReply,
            one_of=one_of,
            takes_forms=True,
            streams=streams,
            statuses=_STATUSES,
            example=example,
        )

    async def do_route(self, exchange: Exchange, body: shapes.RouteBody, payer: Payer) -> None:
        """The answer in words, in one piece or as it comes."""
        task = tasks.route_task(body, exchange.request_id, payer)
        if body.stream:
            await stream_route(exchange, self._assistance, task)
            return
        work, told = await self._assistance.free_answer(task)
        await _reply(exchange, route_reply(work, told), told)

    async def do_search(self, exchange: Exchange, body: shapes.SearchBody, payer: Payer) -> None:
        """Places in the code that the caller may see."""
        wish = tasks.search_wish(body, payer)
        found, told = await self._assistance.search(payer, exchange.request_id, wish)
        await _reply(exchange, search_reply(body, found, told), told)

    async def do_generate(self, exchange: Exchange, body: shapes.GenerateBody, payer: Payer) -> None:
        """Code."""
        task = tasks.generate_task(body, exchange.request_id, payer)
        made, sources, told = await self._assistance.generate(task)
        await _reply(exchange, generate_reply(made, sources, told), told)

    async def do_analyze(self, exchange: Exchange, body: shapes.AnalyzeBody, payer: Payer) -> None:
        """Suggestions and figures."""
        analysis, told = await self._assistance.analyze(tasks.analyze_task(body, exchange.request_id, payer))
        await _reply(exchange, analyze_reply(analysis, told), told)

    async def do_complete(self, exchange: Exchange, body: shapes.CompleteBody, payer: Payer) -> None:
        """Inline completions."""
        task = tasks.complete_task(body, exchange.request_id, payer)
        found, told = await self._assistance.complete(task, body.max_suggestions)
        await _reply(exchange, complete_reply(found, body, told), told)

    async def do_explain(self, exchange: Exchange, body: shapes.ExplainBody, payer: Payer) -> None:
        """An explanation."""
        work, told = await self._assistance.free_answer(tasks.explain_task(body, exchange.request_id, payer))
        await _reply(exchange, explain_reply(work, told), told)

    async def do_feedback(self, exchange: Exchange, body: shapes.FeedbackBody, _: Payer) -> None:
        """Count a judgement."""
        recorded = await self._assistance.feedback(body.request_id, body.score)
        await exchange.reply(200, _encode(shapes.FeedbackReply(recorded=recorded, request_id=body.request_id)))


async def _reply(exchange: Exchange, reply: msgspec.Struct, told: Told) -> None:
    await exchange.reply(200, _encode(reply), (*JSON, *facts_of(told)))
