"""The baseline: a bare Starlette application that passes every request on to the provider, and nothing else."""

import argparse
import asyncio
import json
import os
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

_HEADERS = {"Content-Type": "application/json"}


def bare_app(upstream: str) -> Starlette:
    """Everything that is posted goes to `upstream`; the reply comes back as it is."""
    sessions: list[aiohttp.ClientSession] = []

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None, None]:
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
            sessions.append(session)
            yield

    async def passed(request: Request) -> Response:
        reply = await sessions[0].post(upstream + request.url.path, data=await request.body(), headers=_HEADERS)
        if reply.content_type == "text/event-stream":
            return StreamingResponse(_bytes_of(reply), media_type="text/event-stream")
        async with reply:
            return Response(await reply.read(), media_type="application/json")

    return Starlette(routes=[Route("/{path:path}", passed, methods=["POST"])], lifespan=lifespan)


async def _bytes_of(reply: aiohttp.ClientResponse) -> AsyncGenerator[bytes, None]:
    async with reply:
        async for chunk in reply.content.iter_any():
            yield chunk


async def serve(upstream: str, ready: Path) -> None:
    """Serve until SIGTERM, which uvicorn handles."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(bare_app(upstream), log_config=None, access_log=False))
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    partial = ready.with_suffix(".tmp")
    partial.write_text(json.dumps({"pid": os.getpid(), "grpc": address, "api": address}))
    partial.replace(ready)
    await serving


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="bare Starlette pass-through, the baseline of bench.router")
    parser.add_argument("--upstream", required=True)
    parser.add_argument("--ready", type=Path, required=True)
    given = parser.parse_args()
    with asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(serve(given.upstream, given.ready))


def _loop() -> asyncio.AbstractEventLoop:
    import uvloop

    return uvloop.new_event_loop()


if __name__ == "__main__":
    main()
