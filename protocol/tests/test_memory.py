"""Freed memory is kept where the C library can."""

import ctypes
import platform
import subprocess
import sys

import pytest

from nexy_protocol.memory import keep_freed_memory

PROGRAM = """
import resource
from nexy_protocol.memory import keep_freed_memory
{prepare}
def once():
    message = bytearray(1_000_000)
    for place in range(0, len(message), 4096):
        message[place] = 1
for _ in range(5):
    once()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(50):
    once()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def page_faults(prepare: str) -> int:
    """How often the kernel had to give memory while messages came and went."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(prepare=prepare)], capture_output=True, text=True, timeout=30, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's malloc only")
def test_large_messages_use_the_same_memory_again() -> None:
    """After the call, messages of a megabyte come and go without the kernel."""
    assert page_faults("assert keep_freed_memory()") < 300


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without mallopt nothing happens."""

    class Musl:
        pass

    monkeypatch.setattr(ctypes, "CDLL", lambda _name: Musl())
    assert not keep_freed_memory()


def test_another_system_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows and macOS have allocators of their own."""
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not keep_freed_memory()
