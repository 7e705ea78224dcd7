"""A dump put into an empty database, in one transaction: all of it or nothing."""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from nexy.modules.database.addresses import Address
from nexy.modules.database.backup.manifest import DUMP, Manifest
from nexy.modules.database.backup.problems import BackupRefused, unwritable
from nexy.modules.database.backup.programs import Complaints, running, told_by
from nexy.modules.database.backup.steps import Told
from nexy.utils.supervisor import owned_task

_CHUNK = 256 * 1024
_SCRIPT = ("--file=-", "--no-owner", "--no-comments", "--exit-on-error", "--verbose")
_INTO = ("--no-psqlrc", "--quiet", "--single-transaction", "--no-password", "--set=ON_ERROR_STOP=1",
         "--set=VERBOSITY=terse", "--output=/dev/null", "--file=-")  # fmt: skip
_TABLE = re.compile(r'processing data for table "(.+)"')
# Extensions are the administrator's: they are there already, or nothing needs them.
_NOT_OURS = re.compile(r"^\d+; \d+ \d+ EXTENSION ")
# A newer pg_restore sets what a server before 17 does not know; it says so before everything else.
_UNKNOWN_BEFORE_17 = b"SET transaction_timeout"
_HEAD_ENDS = b"SET client_encoding"
_FIRST_WITH_TRANSACTION_TIMEOUT = 17


async def load(folder: Path, manifest: Manifest, owner: Address, server_major: int, told: Told) -> None:
    """pg_restore's script into psql, because the script fits every server; raises `BackupRefused` in one line."""
    listing = await told_by("pg_restore", "--list", str(folder / DUMP))
    with _list_file(listing) as wanted:
        script = (*_SCRIPT, f"--use-list={wanted}", str(folder / DUMP))
        async with (
            running("pg_restore", script) as source,
            running("psql", _INTO, owner, fed=True) as sink,
            owned_task(_heard(source, _watch(manifest, told))) as source_heard,
            owned_task(_heard(sink)) as sink_heard,
        ):
            broken = await _pour(source, sink, strip=server_major < _FIRST_WITH_TRANSACTION_TIMEOUT)
            if not broken and await source.wait() != 0:
                # Killed before its input ends, or it would commit what it has.
                sink.kill()
                raise BackupRefused("program", program="pg_restore", why=await source_heard)
            _end_input(sink)
            if await sink.wait() != 0 or broken:
                raise BackupRefused("program", program="psql", why=await sink_heard)
    told("load", 1.0)


async def _pour(source: asyncio.subprocess.Process, sink: asyncio.subprocess.Process, *, strip: bool) -> bool:
    """Everything from one to the other; true when the other stopped listening."""
    assert source.stdout is not None
    assert sink.stdin is not None
    head = strip
    try:
        while chunk := await (source.stdout.readline() if head else source.stdout.read(_CHUNK)):
            if head and chunk.startswith(_UNKNOWN_BEFORE_17):
                continue
            head = head and not chunk.startswith(_HEAD_ENDS)
            sink.stdin.write(chunk)
            await sink.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        return True
    return False


def _end_input(sink: asyncio.subprocess.Process) -> None:
    assert sink.stdin is not None
    sink.stdin.close()


async def _heard(process: asyncio.subprocess.Process, watch: Callable[[str], None] | None = None) -> str:
    complaints = Complaints()
    await complaints.follow(process.stderr, watch)
    return complaints.why()


@contextmanager
def _list_file(listing: str) -> Iterator[str]:
    with NamedTemporaryFile("w", encoding="utf-8", prefix="nexy-", suffix=".list") as file:
        try:
            file.writelines(line for line in listing.splitlines(keepends=True) if not _NOT_OURS.match(line))
            file.flush()
        except OSError as problem:
            raise unwritable(file.name, problem) from problem
        yield file.name


def _watch(manifest: Manifest, told: Told) -> Callable[[str], None]:
    """Tells the share that is done whenever a table begins."""
    rows = {table.name: table.rows for table in manifest.tables}
    begun: list[str] = []

    def heard(line: str) -> None:
        found = _TABLE.search(line)
        if found is not None:
            told("load", sum(rows.get(name, 0) for name in begun) / max(manifest.rows, 1))
            begun.append(found[1])

    return heard
