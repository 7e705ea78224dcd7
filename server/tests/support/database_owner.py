"""A process that holds the embedded server of a home: `python database_owner.py HOME SHARED`, until its input ends."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE_SECONDS = 30.0
_AS_NOBODY = (
    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=+dac_read_search",
    "--ambient-caps=+dac_read_search",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The running process, and where it says that the data lies."""

    process: asyncio.subprocess.Process
    data: Path

    async def kill(self) -> None:
        """End it as the kernel would when memory runs out."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def leave(self) -> None:
        """Let it end by itself, and wait until it has."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        await asyncio.wait_for(self.process.wait(), PATIENCE_SECONDS)


@asynccontextmanager
async def owner_of(home: Path, shared: str, *, as_nobody: bool = False) -> AsyncIterator[Owner]:
    """Start one and wait until the database serves; as nobody it may read everything, so that Python itself starts."""
    prefix: Sequence[str] = _AS_NOBODY if as_nobody else ()
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *prefix, sys.executable, __file__, str(home), shared, stdin=pipe, stdout=pipe, cwd="/"
    )
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE_SECONDS)
        assert line, "the owner ended before its database was ready"
        yield Owner(process=process, data=Path(json.loads(line)["data"]))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def server_pid(data: Path) -> int:
    """The postmaster's id, 0 when its file is gone."""
    try:
        return int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return 0


def servers_on(data: Path) -> list[int]:
    """The processes that serve this folder: the postmaster and guards."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                command = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if os.fsencode(data) in command:
                found.append(int(folder.name))
    return found


async def until_gone(data: Path, seconds: float) -> bool:
    """Whether no process serves the folder any more within this time."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + seconds
    while servers_on(data):
        if clock() > deadline:
            return False
        await asyncio.sleep(0)
    return True


async def _hold(home: str, shared: str) -> None:
    from nexy.config.database_section import DatabaseConfig, DatabaseSection
    from nexy.modules.database.opening import OpenDatabase

    opened = OpenDatabase(DatabaseSection(home=home, config=DatabaseConfig(shared_folder=shared)))
    await opened.open()
    assert opened.server is not None
    sys.stdout.write(json.dumps({"data": str(opened.server.layout.data)}) + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await opened.close()


if __name__ == "__main__":
    asyncio.run(_hold(sys.argv[1], sys.argv[2]))
