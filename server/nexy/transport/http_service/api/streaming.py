"""A task's answer as server-sent events: `delta`, at the end `done` or `error`, one JSON each."""

import time

import msgspec

from nexy.contracts.errors import NexyError
from nexy.contracts.routing import Answering, Task
from nexy.contracts.words import WordsDelta
from nexy.transport.http_service.api.refusals import refusal_of
from nexy.transport.http_service.api.replies import done_event
from nexy.transport.http_service.exchange import ClientGone, Exchange
from nexy.transport.http_service.facts import begun_facts
from nexy.transport.http_service.sse import EVENT_STREAM
from nexy.workflows.code_assistance import CodeAssistance
from nexy.workflows.code_work import Work

_encode = msgspec.json.Encoder().encode


async def stream_route(exchange: Exchange, assistance: CodeAssistance, task: Task) -> None:
    """A failure before the first content is an ordinary refusal; after it, one `error` event ends the stream."""
    try:
        async with assistance.work(task) as work:
            await _stream(exchange, work)
            told = await assistance.told(work)
        await assistance.judge_free(work)
        await exchange.end(b"event: done\ndata: " + _encode(done_event(told)) + b"\n\n")
    except ClientGone:
        raise
    except NexyError as failure:
        if not exchange.status:
            raise
        told_failure = _encode(refusal_of(failure, exchange.request_id))
        await exchange.end(b"event: error\ndata: " + told_failure + b"\n\n")


async def _stream(exchange: Exchange, work: Work) -> None:
    now = time.monotonic
    async for event in work.events:
        work.note(event, now())
        if type(event) is WordsDelta:
            await exchange.write(b'event: delta\ndata: {"text":' + _encode(event.text) + b"}\n\n")
        elif type(event) is Answering:
            await exchange.begin(200, (*EVENT_STREAM, *begun_facts(work)))
