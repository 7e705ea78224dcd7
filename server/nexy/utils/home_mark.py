"""A word from one process to another on the same home: something that you keep a copy of has changed."""

import os
from pathlib import Path


class HomeMark:
    """A file under `NEXY_HOME/run` whose time of change is the whole message."""

    def __init__(self, home: Path, name: str) -> None:
        self._file = home / "run" / name

    def read(self) -> int:
        """The last change, 0 when there was none."""
        try:
            return self._file.stat().st_mtime_ns
        except OSError:
            return 0

    def touch(self) -> None:
        """Tell whoever reads; two changes are never taken for one."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        before = self.read()
        self._file.touch()
        if self.read() <= before:
            os.utime(self._file, ns=(before + 1, before + 1))
