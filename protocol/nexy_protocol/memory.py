"""Keeps the memory of large messages for the next one."""

import ctypes
import sys

KEPT_BYTES = 16 * 1024 * 1024
# The numbers of glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


def keep_freed_memory(size: int = KEPT_BYTES) -> bool:
    """Let the C library keep up to `size` freed bytes of each arena; whether it can (glibc only).

    Else every frame of a megabyte is memory that the kernel maps, clears and takes back: on virtual machines that
    costs more than sending the frame. For the whole process, once and for all.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except AttributeError:
        return False
    return bool(mallopt(_M_MMAP_THRESHOLD, size) and mallopt(_M_TRIM_THRESHOLD, size))
