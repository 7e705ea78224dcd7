"""How each fault looks on a wire."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from aiohttp import web

from support.fake_script import Fault, Frames, Script, Wire

_LONE_EVENTS = (Fault.HALF_JSON, Fault.NAN, Fault.INVALID_UTF8, Fault.DEEP_JSON, Fault.ERROR_EVENT)
_TRICKLES = (Fault.ONE_BYTE_PER_SECOND, Fault.SPLIT_BYTES)
_ENDLESS = {
    Fault.ENDLESS_COMMENTS: Fault.ENDLESS_COMMENTS,
    Fault.ENDLESS_EMPTY: Fault.ENDLESS_EMPTY,
    Fault.ENDLESS_BLANK: Fault.BLANK,
}
_HUGE = b"x" * (1024 * 1024)


async def open_events(request: web.Request, wire: Wire) -> web.StreamResponse:
    """Send the headers of a streamed answer."""
    response = web.StreamResponse(headers=wire.headers)
    await response.prepare(request)
    return response


async def play_fault(request: web.Request, wire: Wire, script: Script, frames: Frames) -> web.StreamResponse:
    """Answer with the script's fault."""
    match script.fault:
        case Fault.HANG_BEFORE_HEADERS:
            await _for_ever()
        case Fault.DROP:
            return _vanish(request, web.Response())
        case Fault.HTML:
            return web.Response(text="<html><body>Bad gateway</body></html>", content_type="text/html")
        case fault if fault in wire.statuses:
            headers = _headers(wire, script)
            return web.json_response(wire.refusal(script), status=wire.statuses[fault], headers=headers)
        case _:
            pass
    response = await open_events(request, wire)
    async with aclosing(_pieces(wire, script, frames)) as pieces:
        async for piece in pieces:
            await response.write(piece)
    if script.fault is Fault.DEATH_MIDWAY:
        return _vanish(request, response)
    await response.write_eof()
    return response


def _headers(wire: Wire, script: Script) -> Mapping[str, str]:
    if script.fault is Fault.REDIRECT:
        return {"Location": "/elsewhere"}
    waits = wire.says_retry_after and script.fault in (Fault.RATE_LIMITED, Fault.OVERLOADED)
    return {"Retry-After": script.retry_after} if waits else {}


def _vanish(request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
    """Let the connection die without a word."""
    if request.transport is not None:
        request.transport.abort()
    return response


async def _for_ever() -> None:
    await asyncio.Event().wait()


async def _pieces(wire: Wire, script: Script, frames: Frames) -> AsyncGenerator[bytes, None]:
    begun = frames.tokens[: script.fault_after + 1]
    match script.fault:
        case Fault.HANG_BEFORE_FIRST_TOKEN | Fault.HANG_MIDWAY:
            yield frames.tokens[0] if script.fault is Fault.HANG_BEFORE_FIRST_TOKEN else b"".join(begun)
            await _for_ever()
        case Fault.DEATH_MIDWAY | Fault.CUT_OFF:
            yield b"".join(begun)
        case fault if fault in _LONE_EVENTS:
            yield b"".join((*begun, wire.events[fault]))
        case Fault.HUGE_LINE:
            for _ in range(50):
                yield _HUGE
        case fault if fault in _TRICKLES or fault in _ENDLESS:
            async with aclosing(_trickle(wire, script, frames)) as pieces:
                async for piece in pieces:
                    yield piece
        case _:
            yield _odd_but_whole(wire, script.fault, frames)


async def _trickle(wire: Wire, script: Script, frames: Frames) -> AsyncGenerator[bytes, None]:
    """Small pieces, one per tick."""
    if script.fault in _TRICKLES:
        for byte in frames.whole:
            yield bytes((byte,))
            await asyncio.sleep(0 if script.fault is Fault.SPLIT_BYTES else script.tick_seconds)
        return
    yield frames.tokens[0]
    while True:
        yield wire.events[_ENDLESS[script.fault]]
        await asyncio.sleep(script.tick_seconds)


def _odd_but_whole(wire: Wire, fault: Fault, frames: Frames) -> bytes:
    match fault:
        case Fault.EMPTY:
            return b"".join((frames.tokens[0], *frames.closing))
        case Fault.BLANK:
            return b"".join((frames.tokens[0], wire.events[Fault.BLANK], *frames.closing))
        case Fault.CRLF:
            whole = wire.events[Fault.ENDLESS_COMMENTS] + frames.whole
            return whole.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        case Fault.NO_DONE:
            return b"".join((*frames.tokens, *frames.closing[: len(frames.closing) - wire.done_frames]))
        case _:
            return frames.whole
