"""PostgreSQL's own programs (pg_dump, pg_restore, psql): found, run, and never left behind."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from nexy.contracts.errors import StartFailed
from nexy.modules.database.addresses import Address
from nexy.modules.database.backup.problems import BackupRefused
from nexy.modules.database.embedded.binaries import packaged_programs

# A person at the shell sees every row, as a report or a backup does; the server sets the claims of each turn.
SEES_EVERY_ROW = "-c nexy.service=on"
_LONGEST_LINE = 1024 * 1024
_SAID_NOTHING = "no reason given"
_ERROR = re.compile(r"\b(?:error|ERROR|FATAL|PANIC):")


def client_program(name: str) -> str:
    """The path of the packaged program, or of the system's own; raises `StartFailed` where there is neither."""
    try:
        return str(packaged_programs() / name)
    except StartFailed:
        found = shutil.which(name)
        if found is None:
            raise
        return found


def client_environment(address: Address) -> Mapping[str, str]:
    """Everything that a program needs to enter this database as its owner and see every row; nothing of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    told = address.environment()
    if address.ssl == "verify-full" and not address.root_certificate:
        # libpq would look into the home of whoever calls; the driver trusts the system's own, and so do they.
        told = {**told, "PGSSLROOTCERT": "system"}
    return {**kept, **told, "PGOPTIONS": SEES_EVERY_ROW, "PGAPPNAME": "nexy", "LC_ALL": "C"}


class Complaints:
    """What a program says on its standard error: its first error, else its last words."""

    def __init__(self) -> None:
        self._error = ""
        self._last = ""

    async def follow(self, stream: asyncio.StreamReader | None, heard: Callable[[str], None] | None = None) -> None:
        """Read to the end."""
        while stream is not None and (line := await stream.readline()):
            text = line.decode(errors="replace").strip()
            self._last = text or self._last
            if not self._error and _ERROR.search(text):
                self._error = text
            if heard is not None:
                heard(text)

    def why(self) -> str:
        """For people."""
        return self._error or self._last or _SAID_NOTHING


@asynccontextmanager
async def running(
    name: str, arguments: Sequence[str], address: Address | None = None, *, fed: bool = False
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program for the length of the block, with pipes; it is killed when it has not ended by then."""
    process = await asyncio.create_subprocess_exec(
        client_program(name), *arguments,
        stdin=asyncio.subprocess.PIPE if fed else asyncio.subprocess.DEVNULL,
        # A program that is fed has nothing to say that anybody reads.
        stdout=asyncio.subprocess.DEVNULL if fed else asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE, limit=_LONGEST_LINE,
        env=client_environment(address) if address is not None else {"PATH": os.defpath, "LC_ALL": "C"},
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def told_by(name: str, *arguments: str) -> str:
    """What a program that needs no database prints; raises `BackupRefused` with its complaint when it fails."""
    async with running(name, arguments) as process:
        out, complaint = await process.communicate()
    if process.returncode != 0:
        last = (complaint.decode(errors="replace").strip().splitlines() or [_SAID_NOTHING])[-1]
        raise BackupRefused("program", program=name, why=last)
    return out.decode(errors="replace")
