"""A provider that speaks one wire, with faults on demand.

Tests, demos and load runs share it, so it is deterministic, and cheap: every frame is encoded once per script.
Each fake is a program too: `python -m support.fake_openai --port 0 --tokens 60` prints its port and serves until
it is ended.
"""

import argparse
import asyncio
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import msgspec
from aiohttp import web

from support.fake_faults import open_events, play_fault
from support.fake_script import Fault, Frames, Script, Wire
from support.loopback_app import LoopbackApp


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request as it came; the path as it was written."""

    headers: Mapping[str, str]
    body: bytes
    path: str = ""

    @property
    def json(self) -> Any:
        """The decoded body."""
        return msgspec.json.decode(self.body)


@dataclass
class FakeServer(LoopbackApp):
    """The server; `async with FakeOpenAi() as fake` listens on a free loopback port.

    Several scripts are played one per request, the last one for ever. `requests` holds the newest 16;
    `busy` and `idle` tell whether any request is under way.
    """

    wire: ClassVar[Wire]
    scripts: deque[Script] = field(default_factory=lambda: deque([Script()]))
    requests: deque[Received] = field(default_factory=lambda: deque(maxlen=16))
    running: int = 0
    busy: asyncio.Event = field(default_factory=asyncio.Event)
    idle: asyncio.Event = field(default_factory=asyncio.Event)
    connections: set[int] = field(default_factory=set)
    _encoded: tuple[Script, Frames] | None = None

    def play(self, *scripts: Script) -> None:
        """Replace what is said from the next request on."""
        self.scripts = deque(scripts)

    @property
    def base_url(self) -> str:
        """What the base URL of a provider's configuration would hold."""
        return f"http://127.0.0.1:{self.port}{self.wire.base}"

    def add_routes(self, app: web.Application) -> None:
        """What is answered; a wire with more than one path adds its own."""
        app.router.add_post(self.wire.path, self._answer)

    def application(self) -> web.Application:
        """All routes, for bodies as large as providers take."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        self.add_routes(app)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        script = self.scripts.popleft() if len(self.scripts) > 1 else self.scripts[0]
        received = Received(headers=dict(request.headers), body=await request.read(), path=request.raw_path)
        self.requests.append(received)
        self.connections.add(id(request.transport))
        self._count(1)
        try:
            if script.fault is not Fault.NONE:
                return await play_fault(request, self.wire, script, self._frames(script))
            return await self._undisturbed(request, received, script)
        finally:
            self._count(-1)

    async def _undisturbed(self, request: web.Request, received: Received, script: Script) -> web.StreamResponse:
        """The whole answer; a wire that also answers in one piece looks into what was received."""
        return await _stream(request, self.wire, script, self._frames(script))

    def _count(self, change: int) -> None:
        """Keep the events true to the number of requests under way."""
        self.running += change
        now, before = (self.busy, self.idle) if self.running else (self.idle, self.busy)
        before.clear()
        now.set()

    def _frames(self, script: Script) -> Frames:
        if self._encoded is None or self._encoded[0] is not script:
            self._encoded = (script, self.wire.encode(script))
        return self._encoded[1]


async def _stream(request: web.Request, wire: Wire, script: Script, frames: Frames) -> web.StreamResponse:
    response = await open_events(request, wire)
    loop = asyncio.get_running_loop()
    due = loop.time()
    for frame in frames.tokens:
        if script.delay_seconds:
            due += script.delay_seconds
            await asyncio.sleep(due - loop.time())
        await response.write(frame)
    await response.write(b"".join(frames.closing))
    await response.write_eof()
    return response


async def serve(kind: type[FakeServer], port: int, script: Script) -> None:
    """Serve one script until the process ends; the port is the first line of the output."""
    async with kind(scripts=deque([script]), port=port) as fake:
        sys.stdout.write(f"{fake.port}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def run(kind: type[FakeServer]) -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=f"fake provider that speaks {kind.wire.name}")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tokens", type=int, default=60)
    parser.add_argument("--delay-ms", type=float, default=0.0)
    parser.add_argument("--answer", default="")
    parser.add_argument("--fault", default="none", choices=[fault.name.lower() for fault in Fault])
    given = parser.parse_args()
    words = ["This", *(f"word{n}" + ("." if n % 12 == 11 else "") for n in range(1, given.tokens))]
    script = Script(
        answer=given.answer or " ".join(words[: given.tokens]),
        delay_seconds=given.delay_ms / 1000,
        fault=Fault[given.fault.upper()],
    )
    try:
        asyncio.run(serve(kind, given.port, script))
    except KeyboardInterrupt:
        return
