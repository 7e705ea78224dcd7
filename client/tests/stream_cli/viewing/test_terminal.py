"""`view` on a terminal: a pseudo terminal sees the waterfall, presses keys, and gets its screen back."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from client.tests.stream_cli.conftest import RANGE

from nexy_client.testing.streams.plan import StreamPlan
from nexy_client.testing.streams.playbook import Playbook
from nexy_client.testing.streams.serving import Served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]
COMMAND = (sys.executable, "-c", "from nexy_client.stream_cli import main; main()", "view")
LEAVE = b"\x1b[?25h\x1b[?1049l"
PATIENCE_S = 20.0
Serve = Callable[..., Served]


class Terminal:
    """The other side of the command's terminal."""

    def __init__(self, master: int, process: "subprocess.Popen[bytes]") -> None:
        self.master = master
        self.process = process
        self.seen = b""

    def until(self, words: bytes) -> bytes:
        """Read until these words have come since the last call."""
        start, end = len(self.seen), time.monotonic() + PATIENCE_S
        while words not in self.seen[start:] and time.monotonic() < end:
            if select.select([self.master], [], [], 0.1)[0] and not self._read():
                break
        assert words in self.seen[start:], self.seen[-500:]
        return self.seen[start:]

    def _read(self) -> bool:
        try:
            data = os.read(self.master, 1 << 16)
        except OSError:
            return False
        self.seen += data
        return bool(data)

    def press(self, keys: bytes) -> None:
        os.write(self.master, keys)

    def resize(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


@contextmanager
def terminal(server: str, *arguments: str) -> Iterator[Terminal]:
    master, slave = pty.openpty()
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 110, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONPATH")}
    process = subprocess.Popen(
        [*COMMAND, "--server", server, *arguments], stdin=slave, stdout=slave, stderr=slave,
        env={**kept, "TERM": "xterm-256color", "LANG": "en_US.UTF-8"}, start_new_session=True,
    )  # fmt: skip
    try:
        yield Terminal(master, process)
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)


@pytest.fixture
def live(serve: Serve) -> str:
    return serve(Playbook(plan=StreamPlan(live=True, rows=5000))).rest_url


def test_keys_pause_scale_switch_and_quit(live: str) -> None:
    """Coloured half blocks, both axes, the loudest place; q gives the terminal back and ends with 0."""
    with terminal(live, "--channels", "100-123", "--live") as screen:
        page = screen.until(b"loudest: channel")
        assert "▀".encode() in screen.seen
        assert b"38;2;" in screen.until(b"v view")
        screen.press(b" ")
        screen.until(b"[PAUSED]")
        screen.press(b" +")
        screen.until(b"0.4 s per line")
        screen.press(b"vq")
        screen.until(LEAVE)
        assert screen.process.wait(PATIENCE_S) == 0
        assert page


def test_the_picture_follows_the_window(live: str) -> None:
    """A small window says so, a larger one is filled."""
    with terminal(live, "--channels", "100-123", "--live") as screen:
        screen.until(b"loudest")
        screen.resize(20, 5)
        screen.until(b"too small")
        screen.resize(80, 24)
        screen.until(b"loudest")
        screen.press(b"q")
        screen.until(LEAVE)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0), (signal.SIGHUP, 0)])
def test_a_signal_gives_the_terminal_back(live: str, number: signal.Signals, code: int) -> None:
    """Cursor and screen are as before, and no traceback is left on it."""
    with terminal(live, "--channels", "100-123", "--live") as screen:
        screen.until(b"loudest")
        before = termios.tcgetattr(screen.master)
        screen.process.send_signal(number)
        screen.until(LEAVE)
        assert screen.process.wait(PATIENCE_S) == code
        assert termios.tcgetattr(screen.master)[3] != before[3]
        assert b"Traceback" not in screen.seen


def test_a_recording_runs_at_its_own_pace_and_stays(serve: Serve) -> None:
    """Ten times as fast where asked; at its end the picture stays until q."""
    with terminal(serve().rest_url, "--channels", "100-123", *RANGE, "--speed", "20") as screen:
        screen.until(b"end of the recording")
        screen.press(b"q")
        screen.until(LEAVE)
        assert screen.process.wait(PATIENCE_S) == 0
