"""How a command finds the server that runs on this NEXY_HOME."""

import fcntl
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from nexy.contracts.home import using_home

_PATIENCE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningServer:
    """A live server's process id and its doors, `host:port` by name."""

    pid: int
    doors: Mapping[str, str]


class HomeTaken(Exception):
    """Another server runs on this home."""


class RunFile:
    """`run/server.json`, guarded by a lock that ends with the process that holds it, however it ends."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._folder = home / "run"
        self._file = self._folder / "server.json"
        self._lock: IO[str] | None = None

    def claim(self) -> None:
        """Take this home; raises `HomeTaken` while another server has it, `ConfigurationInvalid` where none can be."""
        with using_home(self._home):
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = (self._folder / "server.lock").open("a")
            if not _locked(lock):
                lock.close()
                raise HomeTaken(str(self._folder))
            self._lock = lock
            # A killed server's doors are not ours.
            self._file.unlink(missing_ok=True)

    def write(self, doors: Mapping[str, str]) -> None:
        """Tell where the doors are, in one step."""
        temporary = self._file.with_suffix(".tmp")
        with using_home(self._home):
            temporary.write_text(json.dumps({"pid": os.getpid(), **doors}), encoding="utf-8")
            temporary.replace(self._file)

    def release(self) -> None:
        """The server is gone."""
        if self._lock is not None:
            self._file.unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def running(self) -> RunningServer | None:
        """The live server, or None, also while one is only starting and has told no doors yet."""
        try:
            with (self._folder / "server.lock").open() as lock:
                # Shared, so that those who ask at the same time do not take each other for a server.
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return None
        except BlockingIOError:
            return self._read()
        except OSError:
            return None

    def _read(self) -> RunningServer | None:
        try:
            told = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return RunningServer(pid=int(told.pop("pid")), doors={name: str(value) for name, value in told.items()})


def _locked(lock: IO[str]) -> bool:
    # A command that asks who runs here holds the lock for a moment; only a server holds it longer.
    for _ in range(_PATIENCE):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        else:
            return True
    return False
