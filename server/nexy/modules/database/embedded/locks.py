"""Locks on files: they end with the process that holds them, however it ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class FileLock:
    """One lock, free or held by us."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None

    def take(self, *, shared: bool) -> bool:
        """Take it if nobody is in the way; true when we hold it."""
        if self._fd is not None:
            return True
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return False
        self._fd = fd
        return True

    def release(self) -> None:
        """Give it back; harmless when it is not held."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def bequeath(self) -> None:
        """Let a program that replaces this process go on holding it."""
        if self._fd is not None:
            os.set_inheritable(self._fd, True)


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock alone."""
    probe = FileLock(path)
    free = probe.take(shared=True)
    probe.release()
    return not free


@contextmanager
def waiting_for(path: Path) -> Iterator[None]:
    """Hold the lock alone for the length of the block, after whoever has it now; blocks the thread."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
