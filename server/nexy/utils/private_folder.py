"""Folders that no other user of this machine looks into."""

import os
import stat
from contextlib import suppress
from pathlib import Path

_FOLDER = 0o700
FILE = 0o600
_OTHERS = 0o077


def make_private(folder: Path, top: Path) -> None:
    """Make the folder and what is missing above it; `top` and all from there down to it are the owner's alone.

    Raises OSError.
    """
    for one in (top, *(top / part for part in _steps(folder.relative_to(top)))):
        one.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
        if one.stat().st_mode & _OTHERS:
            one.chmod(_FOLDER)


def keep_others_out(top: Path) -> None:
    """Take from others what an older version or another program let them have, with all that lies below.

    A folder that is closed already is not looked through, and no link is followed. What belongs to somebody else stays
    as it is.
    """
    with suppress(OSError):
        if top.is_symlink() or not top.stat().st_mode & _OTHERS:
            return
        close_below(top)
        # The last, so that a walk that broke off is made again.
        _close(top)


def close_below(top: Path) -> None:
    """Everything in a folder becomes the owner's alone; what belongs to somebody else stays as it is."""
    for folder, folders, files in os.walk(top):
        for name in (*folders, *files):
            _close(os.path.join(folder, name))


def _steps(below: Path) -> list[Path]:
    return [*[*reversed(below.parents)][1:], below] if below.parts else []


def _close(path: "str | Path") -> None:
    with suppress(OSError):
        mode = os.lstat(path).st_mode
        if mode & _OTHERS and not stat.S_ISLNK(mode):
            os.chmod(path, stat.S_IMODE(mode) & ~_OTHERS)
