"""Where it was measured, without a word about who or where on the disk."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

_LIBRARIES = ("grpcio", "protobuf", "aiohttp", "uvloop", "msgspec")


def machine_line() -> str:
    """Processor, cores, memory, system and the versions that matter."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    parts = [
        f"{_processor()}, {os.cpu_count()} cores, {pages / 2**30:.0f} GiB",
        f"{platform.system()} {platform.release().split('-')[0]}",
        f"Python {platform.python_version()}",
        *(f"{name} {version(name)}" for name in _LIBRARIES),
    ]
    return ", ".join(parts)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
