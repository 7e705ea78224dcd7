"""The folder of the backups: one folder each, seen only when it is complete."""

import os
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from nexy.modules.database.backup.problems import BackupRefused, unwritable
from nexy.modules.database.embedded.locks import FileLock

_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
_BEGUN = ".partial"


def stamp(moment: datetime) -> str:
    """A moment as it stands in names, which sort by it."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def new_name(moment: datetime) -> str:
    """The name of what is made at this moment."""
    return f"{stamp(moment)}-{secrets.token_hex(3)}"


class Shelf:
    """Finds backups and takes in new ones; whoever adds or removes holds `locked`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def backups(self) -> Sequence[Path]:
        """Every backup, the newest first."""
        try:
            found = [entry for entry in self.folder.iterdir() if _NAME.fullmatch(entry.name)]
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as problem:
            raise BackupRefused("unreadable", place=self.folder, why=problem.strerror) from problem
        return sorted(found, key=lambda entry: entry.name, reverse=True)

    def find(self, wanted: str = "") -> Path:
        """The backup of this name or path, the newest for none; raises `BackupRefused` where there is none."""
        if not wanted:
            found = self.backups()
            if not found:
                raise BackupRefused("none", place=self.folder)
            return found[0]
        for place in (self.folder / wanted, Path(wanted)):
            if place.exists():
                return place
        raise BackupRefused("absent", place=wanted, folder=self.folder)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only one who adds or removes here, and remove what a killed one left half made."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = FileLock(self.folder / ".lock")
            taken = lock.take(shared=False)
        except OSError as problem:
            raise unwritable(self.folder, problem) from problem
        if not taken:
            raise BackupRefused("busy", place=self.folder)
        try:
            self._sweep()
            yield
        finally:
            lock.release()

    def _sweep(self) -> None:
        for entry in self.folder.iterdir():
            if entry.name.endswith(_BEGUN) and _NAME.fullmatch(entry.name.removesuffix(_BEGUN)):
                shutil.rmtree(entry, ignore_errors=True)

    @contextmanager
    def new(self, name: str) -> Iterator[Path]:
        """A folder to fill; it takes its place when the block ends well, and is gone otherwise."""
        begun = self.folder / f"{name}{_BEGUN}"
        try:
            begun.mkdir(mode=0o700)
            try:
                yield begun
                _to_disk(begun)
                begun.rename(self.folder / name)
                _to_disk(self.folder)
            finally:
                shutil.rmtree(begun, ignore_errors=True)
        except OSError as problem:
            raise unwritable(self.folder, problem) from problem

    def remove(self, names: Sequence[str]) -> None:
        """Take backups away; one that is half removed is no backup any more."""
        for name in names:
            begun = self.folder / f"{name}{_BEGUN}"
            try:
                (self.folder / name).rename(begun)
                shutil.rmtree(begun)
            except OSError as problem:
                raise unwritable(self.folder / name, problem) from problem


def _to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
