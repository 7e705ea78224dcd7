"""The files of the outbox: NEXY_HOME/outbox/{lock, position, 00000001.seg …, parked/, quarantine/}."""

import fcntl
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from nexy.contracts.errors import Unavailable
from nexy.modules.outbox.framing import HEADER_SIZE, VERSION, header, version_of

_log = logging.getLogger("nexy.outbox")


class OutboxFolder:
    """One writer at a time; every method may block on the disk."""

    def __init__(self, home: Path) -> None:
        self.path = home / "outbox"
        self.used = 0
        self.quarantined = 0
        self._lock: IO[bytes] | None = None

    def open(self) -> None:
        """Make the folders and take the lock; raises `Unavailable` where another process has it."""
        try:
            for folder in (self.path, self.path / "parked", self.path / "quarantine"):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = (self.path / "lock").open("ab")
        except OSError as problem:
            raise Unavailable(f"outbox: {self.path} cannot be used: {problem.strerror}") from problem
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            lock.close()
            raise Unavailable(f"outbox: another process writes to {self.path}", code="outbox_taken") from taken
        self._lock = lock
        self._refuse_newer_files()
        self.measure()

    def close(self) -> None:
        """Let another process have it."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _refuse_newer_files(self) -> None:
        for number in self.segments():
            with self.segment(number).open("rb") as file:
                version = version_of(file.read(HEADER_SIZE))
            if version is not None and version > VERSION:
                self.close()
                raise Unavailable(
                    f"outbox: {self.segment(number)} was written by a newer Nexy; start that one to drain"
                )

    def segments(self) -> Sequence[int]:
        """The numbers of the files, oldest first."""
        return sorted(int(file.stem) for file in self.path.glob("*.seg") if file.stem.isdigit())

    def segment(self, number: int) -> Path:
        """Where this segment lies."""
        return self.path / f"{number:08d}.seg"

    def remove_before(self, number: int) -> None:
        """Delete segments whose records are all in the database."""
        for older in self.segments():
            if older < number:
                self.segment(older).unlink(missing_ok=True)
        self.measure()

    def measure(self) -> None:
        """Add up what lies here, and count what is in quarantine."""
        self.quarantined = sum(1 for _ in (self.path / "quarantine").iterdir())
        self.used = sum(file.stat().st_size for file in self.path.rglob("*") if file.is_file())

    def parked(self) -> Sequence[str]:
        """Kinds of which records wait for an applier."""
        return sorted(file.stem for file in (self.path / "parked").glob("*.seg"))

    def parked_file(self, kind: str) -> Path:
        """Where records of this kind wait."""
        return self.path / "parked" / f"{kind}.seg"

    def park(self, kind: str, frames: bytes) -> None:
        """Put frames aside until their kind has an applier, durably."""
        self._add(self.parked_file(kind), frames)

    def quarantine_records(self, kind: str, frames: bytes) -> None:
        """Put frames aside that no applier could write, durably; a person may drain them by hand."""
        self._add(self.path / "quarantine" / f"{kind}.seg", frames)

    def quarantine_bytes(self, segment: int, offset: int, data: bytes) -> None:
        """Put bytes aside that are no record any more."""
        target = self.path / "quarantine" / f"damaged-{segment:08d}-{offset}.bin"
        context = {"decision": "error", "ctx": {"segment": segment, "offset": offset, "bytes": len(data)}}
        _log.error("the outbox is damaged: %s bytes were put into quarantine", len(data), extra=context)
        target.write_bytes(data)
        self.measure()

    def _add(self, file: Path, frames: bytes) -> None:
        with file.open("ab") as target:
            before = target.tell()
            try:
                target.write(frames if before else header() + frames)
                target.flush()
                os.fsync(target.fileno())
            except OSError:
                os.ftruncate(target.fileno(), before)
                raise
        sync_folder(file.parent)
        self.measure()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
