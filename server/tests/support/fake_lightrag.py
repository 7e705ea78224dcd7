"""A server that speaks LightRAG's wire of `POST /query/data`, with faults on demand.

True to LightRAG 1.5: the checks of the question and how a refusal looks, the key's header and its refusals, the
members of a reply, and that finding nothing is a failure with empty data.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

import msgspec
from aiohttp import web

from support.loopback_app import LoopbackApp

_MODES = ("local", "global", "hybrid", "naive", "mix", "bypass")
_MOST_RESULTS = 1000


class LightRagFault(Enum):
    """How it may go wrong."""

    NONE = auto()
    SERVER_ERROR = auto()
    SEARCH_FAILED = auto()
    EMPTY_DATASET = auto()
    REDIRECT = auto()
    DROP = auto()
    HANG = auto()
    HTML = auto()
    HALF_JSON = auto()
    DEEP_JSON = auto()
    WRONG_TYPES = auto()
    HUGE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What it was fed with."""

    path: str
    text: str


@dataclass
class FakeLightRag(LoopbackApp):
    """`async with FakeLightRag(documents=[…]) as fake` listens on a free loopback port; `asked` are the bodies."""

    documents: Sequence[Document] = ()
    api_key: str = ""
    fault: LightRagFault = LightRagFault.NONE
    asked: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=16))
    busy: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        """What LIGHTRAG_URL would hold."""
        return f"http://127.0.0.1:{self.port}"

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/query/data", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.busy.set()
        if self.api_key and request.headers.get("X-API-Key") != self.api_key:
            told = "Invalid API Key" if "X-API-Key" in request.headers else "API Key required"
            return web.json_response({"detail": told}, status=403)
        body = msgspec.json.decode(await request.read())
        self.asked.append(body)
        if problem := _problem_of(body):
            refused = {"status": "failure", "message": f"Validation error: {problem}", "data": {}, "metadata": {}}
            return web.json_response(refused, status=400)
        if self.fault is not LightRagFault.NONE:
            return await _play(request, self.fault)
        return web.json_response(self._found(body))

    def _found(self, body: dict[str, Any]) -> dict[str, Any]:
        wanted = set(body["query"].lower().split())
        hits = [one for one in self.documents if wanted & set(one.text.lower().split())]
        hits = hits[: body.get("chunk_top_k", 20)]
        if not hits:
            return _failure("No relevant document chunks found.", failure_reason="no_results", mode=body["mode"])
        paths = list(dict.fromkeys(one.path for one in hits))
        numbers = {path: str(number) for number, path in enumerate(paths, 1)}
        chunks = [
            {"reference_id": numbers[one.path], "content": one.text, "file_path": one.path, "chunk_id": f"chunk-{at}"}
            for at, one in enumerate(hits)
        ]
        references = [{"reference_id": numbers[path], "file_path": path} for path in paths]
        data = {"entities": [], "relationships": [], "chunks": chunks, "references": references}
        words = {"high_level": [], "low_level": sorted(wanted)}
        return {
            "status": "success",
            "message": "Query processed successfully",
            "data": data,
            "metadata": {"query_mode": body["mode"], "keywords": words},
        }


def _failure(message: str, **facts: str) -> dict[str, Any]:
    return {"status": "failure", "message": message, "data": {}, "metadata": facts}


def _problem_of(body: dict[str, Any]) -> str:
    query = body.get("query")
    if not isinstance(query, str):
        return "body -> query: Field required"
    if len(query.strip()) < 3:
        return "body: Value error, RAG query is too short."
    if body.get("mode", "mix") not in _MODES:
        return "body -> mode: Input should be one of the modes"
    if not 1 <= body.get("chunk_top_k", 1) <= _MOST_RESULTS:
        return "body -> chunk_top_k: Input should be greater than or equal to 1"
    return ""


async def _play(request: web.Request, fault: LightRagFault) -> web.StreamResponse:
    match fault:
        case LightRagFault.SERVER_ERROR:
            return web.json_response({"detail": "Internal server error (error_id: 0a1b2c3d4e5f)"}, status=500)
        case LightRagFault.SEARCH_FAILED:
            return web.json_response(_failure("Missing tokenizer, cannot build LLM context.", query_mode="mix"))
        case LightRagFault.EMPTY_DATASET:
            return web.json_response(_failure("Query returned empty dataset.", query_mode="mix"))
        case LightRagFault.REDIRECT:
            return web.Response(status=307, headers={"Location": "/elsewhere"})
        case LightRagFault.DROP:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        case LightRagFault.HANG:
            await asyncio.Event().wait()
        case _:
            pass
    return web.Response(body=_BODIES[fault], content_type=_TYPES.get(fault, "application/json"))


_TYPES = {LightRagFault.HTML: "text/html"}
_BODIES = {
    LightRagFault.HTML: b"<html>Bad gateway</html>",
    LightRagFault.HALF_JSON: b'{"status": "success", "data": {"chu',
    LightRagFault.DEEP_JSON: b'{"status": "success", "data": ' + b"[" * 100_000,
    LightRagFault.WRONG_TYPES: b'{"status": "success", "data": {"chunks": [{"content": 7}]}}',
    LightRagFault.HUGE: b'{"status": "success", "data": {"chunks": [{"content": "' + b"x" * 3_000_000 + b'"}]}}',
}
