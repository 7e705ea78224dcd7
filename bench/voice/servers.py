"""The servers under measurement: started with a clean environment, pinned, and ended by their process id."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

ROOT = Path(__file__).parents[2]
MAX_STREAMS = 4000
_START_SECONDS = 20.0
_STOP_SECONDS = 5.0
_POLL_SECONDS = 0.005


class ServerFailed(Exception):
    """A server did not start; the message ends with what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One that answers: its name in the report, process and gRPC address."""

    name: str
    pid: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How to start one: `ready` is the file that it writes when its doors are open."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    home: Path
    ready: Path
    start_seconds: float = _START_SECONDS


def ours(home: Path, *, llm_port: int, sound_seconds: float) -> Recipe:
    """`nexy serve` with the scripted model and the scripted voice."""
    settings = {
        "TTS_ENGINE": "scripted",
        "SCRIPTED_TTS_SECONDS": f"{sound_seconds}",
        "LLM_PROVIDER": "openai",
        "OPENAI_BASE_URL": f"http://127.0.0.1:{llm_port}/v1",
        "LLM_ALLOW_PRIVATE_ADDRESSES": "true",
        "BACKPRESSURE_MAX_STREAMS": f"{MAX_STREAMS}",
        "BACKPRESSURE_MAX_RATE": "0",
    }
    return ours_as_installed(home, settings)


def ours_as_installed(home: Path, settings: Mapping[str, str]) -> Recipe:
    """`nexy serve` as it comes, on ports that the system chooses."""
    ports = {"GRPC_PORT": "0", "HTTP_PORT": "0", "API_PORT": "0", "SUPABASE_PORT": "0", "NEXY_HOME": str(home)}
    # The voice alone is measured here; what history costs is the business of bench.history.
    settings = {"DATABASE_ENABLED": "false", **settings}
    return Recipe(
        name="nexy",
        arguments=(sys.executable, "-m", "nexy.cli.main", "serve"),
        environment={**_base(), **ports, **settings},
        home=home,
        ready=home / "run" / "server.json",
    )


def bare(home: Path, *, llm_port: int, question: bytes, sound_seconds: float) -> Recipe:
    """The baseline; it asks the model with `question`, the body that ours sent."""
    asked, ready = home / "question.json", home / "bare.json"
    asked.write_bytes(question)
    place = ("--llm", f"http://127.0.0.1:{llm_port}/v1", "--question", str(asked), "--ready", str(ready))
    return Recipe(
        name="bare grpc.aio",
        arguments=(sys.executable, "-m", "bench.voice.bare_server", "--sound-seconds", f"{sound_seconds}", *place),
        environment={**_base(), "PYTHONPATH": str(ROOT)},
        home=home,
        ready=ready,
    )


def _base() -> Mapping[str, str]:
    """What a process needs from ours; keys, proxies and Nexy's own settings stay behind."""
    return {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ} | {"PYTHONUNBUFFERED": "1"}


@asynccontextmanager
async def running(recipe: Recipe, cores: Sequence[int]) -> AsyncGenerator[Server, None]:
    """Start it on these cores, wait until its doors are open, end it and all it started."""
    recipe.ready.unlink(missing_ok=True)
    log = recipe.home / f"{recipe.name.split()[0]}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            recipe.arguments,
            env=dict(recipe.environment),
            cwd=recipe.home,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            # Threads and workers that it starts later inherit this.
            os.sched_setaffinity(process.pid, cores)
            yield await _opened(recipe, process, log)
        finally:
            await _end(process)


async def _opened(recipe: Recipe, process: "subprocess.Popen[bytes]", log: Path) -> Server:
    deadline = time.monotonic() + recipe.start_seconds
    while not recipe.ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(errors="replace")[-2000:]
            raise ServerFailed(f"{recipe.name} did not start (exit code {process.poll()}):\n{said}")
        await asyncio.sleep(_POLL_SECONDS)
    return Server(name=recipe.name, pid=process.pid, address=json.loads(recipe.ready.read_text())["grpc"])


async def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    deadline = time.monotonic() + _STOP_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        await asyncio.sleep(_POLL_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


async def says_serving(server: Server) -> None:
    """Return when grpc.health.v1 says SERVING."""
    async with grpc.aio.insecure_channel(server.address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        request = health_pb2.HealthCheckRequest()
        reply = await stub.Check(request, wait_for_ready=True, timeout=_START_SECONDS)
        if reply.status != health_pb2.HealthCheckResponse.SERVING:
            raise ServerFailed(f"{server.name} is up and says {reply.status}")
