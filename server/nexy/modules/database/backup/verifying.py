"""Whether a backup is whole and ours, found out without a database."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

from nexy.modules.database.backup.files import hashed
from nexy.modules.database.backup.manifest import DUMP, MANIFEST, SUMS, Manifest, decode_manifest
from nexy.modules.database.backup.problems import BackupRefused
from nexy.modules.database.backup.programs import told_by
from nexy.modules.database.backup.steps import Told, silent

_SUM = re.compile(r"^([0-9a-f]{64})  (\S+)$", re.MULTILINE)
_DATA = re.compile(r"^\d+; \d+ \d+ TABLE DATA (.+) \S+$", re.MULTILINE)
_LONGEST_MANIFEST = 16 * 1024 * 1024


async def verify(folder: Path, told: Told = silent) -> Manifest:
    """Checksums, manifest and the dump's own table of contents agree; raises `BackupRefused` in one line."""
    told("verify", 0.0)
    manifest = await asyncio.to_thread(verify_files, folder)
    told("verify", 0.9)
    listing = await told_by("pg_restore", "--list", str(folder / DUMP))
    inside = {entry.replace(" ", ".", 1) for entry in _DATA.findall(listing)}
    if inside != {table.name for table in manifest.tables}:
        raise BackupRefused("contents", place=folder)
    told("verify", 1.0)
    return manifest


def verify_files(folder: Path) -> Manifest:
    """The quick half: every byte is the one that was written, and the manifest is ours."""
    if not (folder / MANIFEST).is_file():
        raise BackupRefused("foreign", place=folder)
    sums = _sums(folder)
    content = _small(folder / MANIFEST)
    _agree(folder / MANIFEST, sums)
    manifest = decode_manifest(content, folder / MANIFEST)
    _agree(folder / DUMP, sums)
    if sums[DUMP] != manifest.dump_sha256 or dump_bytes(folder) != manifest.dump_bytes:
        raise BackupRefused("corrupt", place=folder / DUMP)
    return manifest


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest alone, for lists; None when this is no backup that one could read."""
    try:
        return decode_manifest(_small(folder / MANIFEST), folder / MANIFEST)
    except BackupRefused:
        return None


def dump_bytes(folder: Path) -> int:
    """The size of the dump, -1 when it is not there."""
    try:
        return (folder / DUMP).stat().st_size
    except OSError:
        return -1


def _agree(file: Path, sums: Mapping[str, str]) -> None:
    if hashed(file).sha256 != sums.get(file.name):
        raise BackupRefused("corrupt", place=file)


def _sums(folder: Path) -> Mapping[str, str]:
    text = _small(folder / SUMS).decode("ascii", errors="replace")
    sums = {name: value for value, name in _SUM.findall(text)}
    # As it was written, to the last byte.
    if text != "".join(f"{sums.get(name)}  {name}\n" for name in (DUMP, MANIFEST)):
        raise BackupRefused("corrupt", place=folder / SUMS)
    return sums


def _small(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(_LONGEST_MANIFEST + 1)
    except OSError as problem:
        raise BackupRefused("unreadable", place=file, why=problem.strerror) from problem
    if len(content) > _LONGEST_MANIFEST:
        raise BackupRefused("corrupt", place=file)
    return content
