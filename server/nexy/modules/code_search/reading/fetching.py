"""Runs git for a clone, tells how far it is, and ends it with everything it started."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from nexy.contracts.errors import DeadlineExceeded, Unavailable
from nexy.modules.code_search.reading.git import HARMLESS, environment
from nexy.modules.code_search.reading.model import Told

_PROTOCOLS = "https:ssh:file"
# A clone is only read: what its files are turned into on the way, and links, are as the repository has them.
_OPTIONS = (
    *HARMLESS, "-c", "gc.auto=0", "-c", "core.autocrlf=false", "-c", "fetch.recurseSubmodules=false",
    # Small fetches are unpacked otherwise, and say nothing about how far they are.
    "-c", "fetch.unpackLimit=1",
)  # fmt: skip
_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=20"
_PROGRESS = re.compile(rb"Receiving objects:\s+\d+% \((\d+)/(\d+)\)")
_PIECE = 4096
_KEPT_OUTPUT = 64 * 1024
# Nobody but the owner reads what was fetched.
_OTHERS = 0o077


class GitFailed(Unavailable):
    """Git ended with an error; `told` is what it said about it."""

    def __init__(self, told: str) -> None:
        super().__init__("git failed", code="git_failed")
        self.told = told


class GitMissing(Unavailable):
    """There is no git on this machine."""

    def __init__(self) -> None:
        super().__init__("repositories need git, which is not installed here", code="git_missing")


class GitRunner:
    """Runs git in one folder; each command may take `timeout_seconds`."""

    def __init__(self, folder: Path, timeout_seconds: float, told: Told) -> None:
        self._folder = folder
        self._timeout = timeout_seconds
        self._told = told
        # A clone that is broken is none to git, which would take a repository around it for the one that is meant.
        ceiling = {"GIT_CEILING_DIRECTORIES": str(folder.parent)}
        self._environment = {"GIT_SSH_COMMAND": _SSH, **environment(_PROTOCOLS), **ceiling}

    async def run(self, *arguments: str) -> str:
        """What it printed; raises `GitFailed`, `GitMissing`, `DeadlineExceeded`."""
        try:
            async with asyncio.timeout(self._timeout), self._process(arguments) as process:
                return await self._finished(process)
        except TimeoutError as late:
            raise DeadlineExceeded(
                f"git took longer than {self._timeout:g} s; code_search.reading.git_timeout_seconds", code="git_timeout"
            ) from late

    @asynccontextmanager
    async def _process(self, arguments: Sequence[str]) -> AsyncGenerator[asyncio.subprocess.Process, None]:
        pipe = asyncio.subprocess.PIPE
        try:
            # A session of its own: git has helpers that do not end with it.
            process = await asyncio.create_subprocess_exec(
                "git", *_OPTIONS, *arguments, cwd=self._folder, env=self._environment, start_new_session=True,
                umask=_OTHERS,
                stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe,
            )  # fmt: skip
        except FileNotFoundError as missing:
            raise GitMissing from missing
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()

    async def _finished(self, process: asyncio.subprocess.Process) -> str:
        out, trouble = await asyncio.gather(_all_of(process.stdout), self._heard(process.stderr))
        if await process.wait() != 0:
            raise GitFailed(trouble.decode(errors="replace"))
        return out.decode(errors="replace")

    async def _heard(self, stream: asyncio.StreamReader | None) -> bytes:
        """Its errors' last part; progress on the way is told at once."""
        kept = b""
        while stream is not None and (piece := await stream.read(_PIECE)):
            kept = (kept + piece)[-_KEPT_OUTPUT:]
            if steps := _PROGRESS.findall(kept):
                self._told(int(steps[-1][0]), int(steps[-1][1]))
        return kept


async def _all_of(stream: asyncio.StreamReader | None) -> bytes:
    kept = b""
    while stream is not None and (piece := await stream.read(_PIECE)):
        kept = (kept + piece)[-_KEPT_OUTPUT:]
    return kept
