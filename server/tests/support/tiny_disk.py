"""A disk of a few mebibytes that a test can fill, and free again."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.postgres import open_home

_STEP = 64 * 1024


@dataclass(frozen=True, slots=True)
class TinyDisk:
    """A tmpfs of its own at `path`, which every user may enter."""

    path: Path

    @property
    def _ballast(self) -> Path:
        return self.path / "ballast"

    def fill(self) -> None:
        """Leave not a byte; what others have already allocated stays theirs."""
        with self._ballast.open("ab", buffering=0) as file:
            for size in (_STEP, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue

    def free(self) -> None:
        """Give the space back."""
        self._ballast.unlink()


@contextmanager
def tiny_disk(mebibytes: int) -> Iterator[TinyDisk]:
    """Mounted for the block; skips the test where that is not allowed."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    path = open_home()
    options = f"size={mebibytes}m,mode=0711"
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(path)], capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {made.stderr.decode().strip()}")
    try:
        yield TinyDisk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)
