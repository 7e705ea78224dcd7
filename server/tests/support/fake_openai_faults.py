"""How each fault looks on the wire."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from aiohttp import web

from support.fake_openai_script import Fault, Frames, Script

STATUS = {
    Fault.UNAUTHORIZED: 401,
    Fault.BAD_REQUEST: 400,
    Fault.RATE_LIMITED: 429,
    Fault.SERVER_ERROR: 500,
    Fault.OVERLOADED: 503,
    Fault.REDIRECT: 307,
}
RAW = {
    Fault.HALF_JSON: b'data: {"choices": [{"index": 0, "delta": {"con\n\n',
    Fault.NAN: b'data: {"choices": NaN}\n\n',
    Fault.INVALID_UTF8: b'data: {"choices": [{"delta": {"content": "\xc3\x28\xff"}}]}\n\n',
    Fault.DEEP_JSON: b'data: {"x": ' + b"[" * 500_000 + b"\n\n",
    Fault.ERROR_EVENT: b'data: {"error": {"message": "overloaded", "type": "server_error", "code": null}}\n\n',
}
TRICKLES = (
    Fault.ONE_BYTE_PER_SECOND,
    Fault.SPLIT_BYTES,
    Fault.ENDLESS_COMMENTS,
    Fault.ENDLESS_EMPTY,
    Fault.ENDLESS_BLANK,
)
HUGE = b"x" * (1024 * 1024)


async def open_events(request: web.Request) -> web.StreamResponse:
    """Send the headers of an event stream."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
    await response.prepare(request)
    return response


async def play_fault(request: web.Request, script: Script, frames: Frames) -> web.StreamResponse:
    """Answer with the script's fault."""
    match script.fault:
        case Fault.HANG_BEFORE_HEADERS:
            await _for_ever()
        case Fault.DROP:
            return _vanish(request, web.Response())
        case Fault.HTML:
            return web.Response(text="<html><body>Bad gateway</body></html>", content_type="text/html")
        case fault if fault in STATUS:
            return web.json_response({"error": {"message": "no"}}, status=STATUS[fault], headers=_headers(script))
        case _:
            pass
    response = await open_events(request)
    async with aclosing(_pieces(script, frames)) as pieces:
        async for piece in pieces:
            await response.write(piece)
    if script.fault is Fault.DEATH_MIDWAY:
        return _vanish(request, response)
    await response.write_eof()
    return response


def _headers(script: Script) -> Mapping[str, str]:
    if script.fault is Fault.REDIRECT:
        return {"Location": "/v1/elsewhere"}
    return {"Retry-After": script.retry_after} if script.fault in (Fault.RATE_LIMITED, Fault.OVERLOADED) else {}


def _vanish(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Let the connection die without a word."""
    if request.transport is not None:
        request.transport.abort()
    return response


async def _for_ever() -> None:
    await asyncio.Event().wait()


async def _pieces(script: Script, frames: Frames) -> AsyncGenerator[bytes, None]:
    begun = frames.tokens[: script.fault_after + 1]
    match script.fault:
        case Fault.HANG_BEFORE_FIRST_TOKEN | Fault.HANG_MIDWAY:
            yield frames.tokens[0] if script.fault is Fault.HANG_BEFORE_FIRST_TOKEN else b"".join(begun)
            await _for_ever()
        case Fault.DEATH_MIDWAY | Fault.CUT_OFF:
            yield b"".join(begun)
        case fault if fault in RAW:
            yield b"".join((*begun, RAW[fault]))
        case Fault.HUGE_LINE:
            for _ in range(50):
                yield HUGE
        case fault if fault in TRICKLES:
            async with aclosing(_trickle(script, frames)) as pieces:
                async for piece in pieces:
                    yield piece
        case _:
            yield _odd_but_whole(script.fault, frames)


async def _trickle(script: Script, frames: Frames) -> AsyncGenerator[bytes, None]:
    """Small pieces, one per tick."""
    if script.fault in (Fault.ONE_BYTE_PER_SECOND, Fault.SPLIT_BYTES):
        for byte in frames.whole:
            yield bytes((byte,))
            await asyncio.sleep(0 if script.fault is Fault.SPLIT_BYTES else script.tick_seconds)
        return
    while True:
        yield _endless(script.fault, frames)
        await asyncio.sleep(script.tick_seconds)


def _endless(fault: Fault, frames: Frames) -> bytes:
    match fault:
        case Fault.ENDLESS_COMMENTS:
            return b": keep-alive\n\n"
        case Fault.ENDLESS_BLANK:
            return b'data: {"choices": [{"delta": {"content": "\\n"}}]}\n\n'
        case _:
            return frames.tokens[0]


def _odd_but_whole(fault: Fault, frames: Frames) -> bytes:
    match fault:
        case Fault.EMPTY:
            return b"".join((frames.tokens[0], *frames.closing))
        case Fault.BLANK:
            blank = b'data: {"choices": [{"delta": {"content": " \\n "}}]}\n\n'
            return b"".join((blank, *frames.closing))
        case Fault.CRLF:
            return b": hello\r\n\r\n" + frames.whole.replace(b"\n", b"\r\n")
        case Fault.NO_DONE:
            return b"".join((*frames.tokens, *frames.closing[:-1]))
        case _:
            return frames.whole
