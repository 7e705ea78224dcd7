"""pg_dump in somebody's snapshot, straight into a sealed file."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nexy.modules.database.addresses import Address
from nexy.modules.database.backup.files import SealedFile, Written
from nexy.modules.database.backup.problems import BackupRefused
from nexy.modules.database.backup.programs import Complaints, running
from nexy.modules.database.backup.steps import Told
from nexy.utils.supervisor import owned_task

_CHUNK = 256 * 1024
_OPTIONS = ("--format=custom", "--enable-row-security", "--no-password", "--no-comments", "--verbose",
            "--lock-wait-timeout=30s")  # fmt: skip
_TABLE = re.compile(r'dumping contents of table "(.+)"')


async def dump_into(
    path: Path, owner: Address, snapshot: str, tables: Sequence[Mapping[str, Any]], told: Told
) -> Written:
    """The dump as a file; the program ends with us, because it writes into our pipe.

    Raises `BackupRefused` with the program's complaint, and `OSError` when the file cannot be written.
    """
    file = SealedFile(path)
    try:
        complaints = Complaints()
        async with (
            running("pg_dump", (*_OPTIONS, f"--snapshot={snapshot}"), owner) as process,
            owned_task(complaints.follow(process.stderr, _watch(tables, told))) as heard,
        ):
            assert process.stdout is not None
            while chunk := await process.stdout.read(_CHUNK):
                file.write(chunk)
            await heard
            if await process.wait() != 0:
                raise BackupRefused("program", program="pg_dump", why=complaints.why())
        told("dump", 1.0)
        return file.seal()
    finally:
        file.close()


def _watch(tables: Sequence[Mapping[str, Any]], told: Told) -> Callable[[str], None]:
    """Tells the share that is done whenever the program begins a table."""
    weights = {table["name"]: table["weight"] for table in tables}
    whole = sum(weights.values())
    begun: list[str] = []

    def heard(line: str) -> None:
        found = _TABLE.search(line)
        if found is not None:
            told("dump", sum(weights.get(name, 0) for name in begun) / whole)
            begun.append(found[1])

    return heard
