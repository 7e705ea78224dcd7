"""Room on the disk that is taken before it is written through a mapping, where a full disk would be a signal."""

import errno
import os

_ZEROS = bytes(1 << 20)
# A file system that has no such call, where the C library does not make up for it.
_UNABLE = (errno.EOPNOTSUPP, errno.EINVAL)


def take_room(descriptor: int, start: int, size: int) -> None:
    """Make bytes `start` to `start + size` of the file its own, zeros where it ended before; raises OSError.

    A file that is only made longer has holes, and a process that fills one on a full disk is killed by SIGBUS.
    """
    if not _allocated(descriptor, start, size):
        _filled(descriptor, max(start, os.fstat(descriptor).st_size), start + size)


def _allocated(descriptor: int, start: int, size: int) -> bool:
    # macOS has no such call.
    if not hasattr(os, "posix_fallocate"):
        return False
    try:
        os.posix_fallocate(descriptor, start, size)
    except OSError as problem:
        if problem.errno in _UNABLE:
            return False
        raise
    return True


def _filled(descriptor: int, place: int, end: int) -> None:
    while place < end:
        place += os.pwrite(descriptor, _ZEROS[: end - place], place)
