"""The files of one backup: written once to the disk itself, and hashed on the way."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from nexy.modules.database.backup.problems import BackupRefused

_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a file holds."""

    bytes: int
    sha256: str


class SealedFile:
    """A file that only its owner reads; `seal` says what is in it once it is on the disk."""

    def __init__(self, path: Path) -> None:
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb", 0)
        self._hash = hashlib.sha256()
        self._bytes = 0

    def write(self, chunk: bytes) -> None:
        """Append; the system's refusal leaves as `OSError`."""
        rest = memoryview(chunk)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._hash.update(chunk)
        self._bytes += len(chunk)

    def seal(self) -> Written:
        """Everything is on the disk."""
        os.fsync(self._file.fileno())
        self.close()
        return Written(bytes=self._bytes, sha256=self._hash.hexdigest())

    def close(self) -> None:
        """Let go of the file; harmless when it is sealed."""
        self._file.close()


def written(path: Path, content: bytes) -> Written:
    """Write a small file whole."""
    file = SealedFile(path)
    try:
        file.write(content)
        return file.seal()
    finally:
        file.close()


def hashed(path: Path) -> Written:
    """What the file holds now; raises `BackupRefused` when it cannot be read."""
    found = hashlib.sha256()
    size = 0
    try:
        with path.open("rb") as opened:
            while chunk := opened.read(_CHUNK):
                found.update(chunk)
                size += len(chunk)
    except OSError as problem:
        raise BackupRefused("unreadable", place=path, why=problem.strerror) from problem
    return Written(bytes=size, sha256=found.hexdigest())
