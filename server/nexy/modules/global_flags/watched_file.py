"""A file whose content is in force for as long as it can be used."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from nexy.contracts.errors import ConfigurationInvalid

T = TypeVar("T")
_log = logging.getLogger("nexy.global_flags")


class WatchedFile(Generic[T]):
    """Reads anew when the file was replaced or written to; while it is broken the last good value stays."""

    def __init__(self, file: Path, read: Callable[[], T], value: T) -> None:
        self._file = file
        self._read = read
        self._seen: tuple[int, ...] = ()
        self.value = value
        self.broken = ""

    def look(self) -> bool:
        """Read the file if it changed; whether there is a new value."""
        seen = _fingerprint(self._file)
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            value = self._read()
        except ConfigurationInvalid as problem:
            self.broken = problem.message
            extra = {"decision": "degrade", "ctx": {"key": problem.field}}
            _log.warning("%s is not used: %s", self._file.name, problem.message, extra=extra)
            return False
        self.broken = ""
        changed, self.value = value != self.value, value
        return changed


def _fingerprint(file: Path) -> tuple[int, ...]:
    """What differs when the file was replaced or written to; empty without a file."""
    try:
        seen = file.stat()
    except OSError:
        return ()
    return (seen.st_mtime_ns, seen.st_size, seen.st_ino, seen.st_mode)
