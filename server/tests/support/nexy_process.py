"""A real `nexy serve` in a process of its own, on free ports and a home of its own."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from support.postgres import shared_folder

COMMAND = (sys.executable, "-m", "nexy.cli.main")
READY_LINE = b"nexy talk"
PATIENCE_SECONDS = 30
LASTING = {"DATABASE_ENABLED": "true", "DATABASE_SHARED_FOLDER": shared_folder()}


def environment(home: Path, **more: str) -> dict[str, str]:
    """What a command of the test sees: its own home, free ports, English, and nothing of this machine's settings.

    No database unless `more` is `LASTING`: most commands are quicker without one.
    """
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONPATH", "TMPDIR")}
    ports = {"GRPC_PORT": "0", "HTTP_PORT": "0", "API_PORT": "0", "SUPABASE_PORT": "0"}
    quick = {"LLM_PROVIDER": "offline", "DATABASE_ENABLED": "false"}
    return {**kept, **ports, **quick, "NEXY_HOME": str(home), "LANG": "en_US.UTF-8", **more}


@dataclass(slots=True, kw_only=True)
class NexyProcess:
    """The running server: its process, its doors and what it printed until it was ready."""

    process: asyncio.subprocess.Process
    doors: Mapping[str, str]
    start_page: str

    async def stopped_by(self, number: signal.Signals) -> int:
        """The exit code after this signal."""
        self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), PATIENCE_SECONDS)


@asynccontextmanager
async def nexy_serve(home: Path, *flags: str, **more: str) -> AsyncIterator[NexyProcess]:
    """Start, wait for the start-up page, and end the process whatever happened; a flag --home lies in `home`."""
    async with serving(home, ("serve", *flags), READY_LINE, **more) as server:
        yield server


@asynccontextmanager
async def serving(home: Path, command: Sequence[str], ready: bytes, **more: str) -> AsyncIterator[NexyProcess]:
    """Any command that serves: it is ready when its page has come to the line with `ready`."""
    log = (home / "server.log").open("wb")
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *command, env=environment(home, **more), cwd=home, stdout=asyncio.subprocess.PIPE, stderr=log
    )
    try:
        page = await asyncio.wait_for(_start_page(process, ready), PATIENCE_SECONDS)
        state = home / command[command.index("--home") + 1] if "--home" in command else home
        doors = json.loads((state / "run" / "server.json").read_text(encoding="utf-8"))
        yield NexyProcess(process=process, doors=doors, start_page=page)
    finally:
        log.close()
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _start_page(process: asyncio.subprocess.Process, ready: bytes) -> str:
    assert process.stdout is not None
    page = b""
    while ready not in page:
        line = await process.stdout.readline()
        assert line, "the server ended before it was ready"
        page += line
    return page.decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """How a command ended."""

    code: int
    out: str
    err: str


async def nexy(home: Path, *arguments: str, stdin: bytes = b"", **more: str) -> Finished:
    """Run one command to its end."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *arguments,
        env=environment(home, **more),
        cwd=home,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(stdin), PATIENCE_SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Finished(code=process.returncode or 0, out=out.decode(), err=err.decode())
