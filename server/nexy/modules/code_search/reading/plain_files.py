"""Opens files of a tree that may be hostile: no links, no pipes, no waiting."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO


class NotPlain(OSError):
    """What lies there is a link, a folder, a pipe or a device."""

    def __init__(self, *, link: bool) -> None:
        super().__init__("no plain file")
        self.link = link


def open_plain(file: Path) -> BinaryIO:
    """The file, open for reading; raises `NotPlain`, and `OSError` where it is gone or forbidden."""
    try:
        # Without waiting: opening a pipe would last until somebody writes into it.
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as problem:
        if file.is_symlink():
            raise NotPlain(link=True) from problem
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotPlain(link=False)
    return open(descriptor, "rb")


def lies_at(opened: BinaryIO, root: Path, path: str) -> bool:
    """Whether an open file is really the one at `path` below a real `root`, with no link on the way to it.

    Raises `FileNotFoundError` where another file lies there by now, as after a save that replaces it.
    """
    try:
        # The system knows where it is in one step; where it does not tell, every folder is looked at.
        if _place_of(opened) == os.path.join(root, path):
            return True
    except OSError:
        return _has_no_link(root, path)
    if _has_no_link(root, path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    return False


def _has_no_link(root: Path, path: str) -> bool:
    return os.path.realpath(root / path) == os.path.join(os.path.realpath(root), path)


def _place_of(opened: BinaryIO) -> str:
    return os.readlink(f"/proc/self/fd/{opened.fileno()}")
