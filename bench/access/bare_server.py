"""The baseline: a bare Starlette application that gives one person's rows to whoever asks, and nothing else."""

import argparse
import asyncio
import json
import os
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

# What the same question to /rest/v1 asks of PostgreSQL, without a role and without a look at who asks.
READ = """
SELECT convert_to(coalesce(json_agg(found.*), '[]')::text, 'UTF8') AS body
FROM (SELECT id, user_id, name, description, created_at FROM projects) AS found"""
READ_MANY = """
SELECT convert_to(coalesce(json_agg(found.*), '[]')::text, 'UTF8') AS body
FROM (SELECT id, title, language FROM code_snippets ORDER BY created_at DESC LIMIT 100) AS found"""
_CONNECTIONS = 10


def claimed(user_id: str) -> dict[str, str]:
    """Settings of a connection whose claims are made once and for all."""
    return {"nexy.user_id": user_id}


def bare_app(user_id: str, **login: Any) -> Starlette:  # noqa: ANN401  what asyncpg takes
    """Two paths."""
    pools: list[Any] = []

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None, None]:
        async with asyncpg.create_pool(**login, server_settings=claimed(user_id), max_size=_CONNECTIONS) as pool:
            pools.append(pool)
            yield

    async def few(_: Request) -> Response:
        return Response(await pools[0].fetchval(READ), media_type="application/json")

    async def many(_: Request) -> Response:
        return Response(await pools[0].fetchval(READ_MANY), media_type="application/json")

    routes = [Route("/rest/v1/projects", few), Route("/rest/v1/code_snippets", many)]
    return Starlette(routes=routes, lifespan=lifespan)


async def serve(app: Starlette, ready: Path) -> None:
    """Serve until SIGTERM, which uvicorn handles."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    serving = asyncio.ensure_future(server.serve(sockets=[listener]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    partial = ready.with_suffix(".tmp")
    partial.write_text(json.dumps({"pid": os.getpid(), "grpc": address}))
    partial.replace(ready)
    await serving


def main() -> None:
    """Read the command line and serve; the password comes by PGPASSWORD."""
    parser = argparse.ArgumentParser(description="bare Starlette and asyncpg, the baseline of bench.access")
    for name in ("host", "database", "user", "person"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ready", type=Path, required=True)
    given = parser.parse_args()
    login = {"host": given.host, "port": given.port, "database": given.database, "user": given.user}
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(bare_app(given.person, **login), given.ready))


if __name__ == "__main__":
    main()
