"""POST /v1/chat/completions, streamed and whole."""

import time
from typing import assert_never

from nexy.contracts.completions import Finished, FinishReason, ToolCallDelta
from nexy.contracts.errors import NexyError
from nexy.contracts.routing import Answering, PassedBytes, RouteEvent, Task
from nexy.contracts.words import WordsBegun, WordsDelta, WordsUsage
from nexy.transport.http_service.exchange import JSON, ClientGone, Exchange
from nexy.transport.http_service.facts import begun_facts, facts_of
from nexy.transport.http_service.openai.chunks import ChunkWriter, Collector
from nexy.transport.http_service.openai.refusals import openai_refusal
from nexy.transport.http_service.sse import EVENT_STREAM
from nexy.workflows.code_assistance import CodeAssistance
from nexy.workflows.code_work import Work


async def whole(exchange: Exchange, assistance: CodeAssistance, task: Task) -> None:
    """The answer in one piece: the provider's own body where it speaks this wire."""
    passed: list[bytes] = []
    collected = Collector()
    now = time.monotonic
    async with assistance.work(task) as work:
        async for event in work.events:
            work.note(event, now())
            match event:
                case PassedBytes(data=data):
                    passed.append(data)
                case WordsDelta(text=text):
                    collected.words(text)
                case ToolCallDelta():
                    collected.call(event)
                case WordsBegun() | WordsUsage() | Answering() | Finished():
                    pass
                case _:
                    assert_never(event)
        told = await assistance.told(work)
    reason = work.finished or FinishReason.STOP
    body = b"".join(passed) or collected.completion(task.request_id, told.model, reason, work.calls)
    await exchange.reply(200, body, (*JSON, *facts_of(told), (b"x-request-id", task.request_id.encode())))


async def stream(exchange: Exchange, assistance: CodeAssistance, task: Task, *, with_usage: bool) -> None:
    """The answer as it comes: a provider's own bytes untouched, one write for each that came.

    A failure before the first content is an ordinary refusal; after it the wire's error event ends the stream. Its
    cost is known when the headers are gone, and what is passed on stays as it is: the usage ledger has it.
    """
    try:
        async with assistance.work(task) as work:
            await _stream(exchange, work, with_usage=with_usage)
        await exchange.end()
    except ClientGone:
        raise
    except NexyError as failure:
        if not exchange.status:
            raise
        await exchange.end(b"data: " + openai_refusal(failure) + b"\n\n")


async def _stream(exchange: Exchange, work: Work, *, with_usage: bool) -> None:
    writer: ChunkWriter | None = None
    now = time.monotonic
    async for event in work.events:
        work.note(event, now())
        if type(event) is PassedBytes:
            await exchange.write(event.data)
        elif type(event) is Answering:
            await exchange.begin(200, _headers(work))
            writer = ChunkWriter(work.task.request_id, event.model, with_usage=with_usage)
        elif writer is not None and (data := _own(writer, event, work)):
            await exchange.write(data)


def _own(writer: ChunkWriter, event: RouteEvent, work: Work) -> bytes:
    """What an event is on this wire, where the provider speaks another."""
    match event:
        case WordsDelta(text=text):
            return writer.words(text)
        case ToolCallDelta():
            return writer.call(event)
        case Finished(reason=reason):
            return b"" if work.passes else writer.end(reason, work.calls)
        case _:
            return b""


def _headers(work: Work) -> tuple[tuple[bytes, bytes], ...]:
    return (*EVENT_STREAM, *begun_facts(work), (b"x-request-id", work.task.request_id.encode()))
