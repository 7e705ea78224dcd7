"""The process that keeps one PostgreSQL server alive while anybody uses it, and ends it when nobody does.

It runs by itself (`python -I -S guard.py ORDER`, standard library only), outlives the command that started it, and
learns from two file locks what it needs: it holds `guard_lock`, so there is one guard per data folder; everybody who
uses the server holds `users_lock` shared, so the guard gets that lock when the last user is gone, SIGKILL included.
"""

import ctypes
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

_STILL_HELD = re.compile(r"pre-existing shared memory block|lock file .* already exists|is being used by another")
_READY = "database system is ready to accept connections"
STARTING = "nexy: starting the server"
_LOG_BYTES = 4 * 1024 * 1024
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux
_FAILED_STARTS = 3
_LONGEST_PAUSE_SECONDS = 1.0
_HEALTHY_SECONDS = 5.0
_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to guard; ids below zero mean that the user is not changed."""

    users_lock: str
    guard_lock: str
    log: str
    data: str
    command: tuple[str, ...]
    uid: int
    gid: int
    stop_seconds: float

    def encode(self) -> str:
        """The order as one argument of the command line."""
        return json.dumps(asdict(self))

    @classmethod
    def decode(cls, text: str) -> "Order":
        """What `encode` made."""
        fields = json.loads(text)
        return cls(**{**fields, "command": tuple(fields["command"])})


class ServerLog:
    """The server's messages in a file that is moved aside when it is full."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(mode=0o700, exist_ok=True)
        self._file = path.open("ab", buffering=0)

    def write(self, line: bytes) -> None:
        """Keep one line; a full disk loses the line, never the server."""
        try:
            if self._file.tell() > _LOG_BYTES:
                self._path.replace(self._path.with_suffix(".log.1"))
                self._file.close()
                self._file = self._path.open("ab", buffering=0)
            self._file.write(line)
        except OSError:
            pass

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class Guard:
    """Starts the server again and again until nobody uses it or it cannot start."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._stopping = False
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def run(self, users_lock: int) -> int:
        """Guard until the end; 1 when the server could not be started."""
        log = ServerLog(Path(self._order.log))
        _end_orphan(Path(self._order.data), self._order.stop_seconds)
        threading.Thread(target=self._stop_when_unused, args=(users_lock,), daemon=True).start()
        failed, pause = 0, 0.1
        while not self._stopping and failed < _FAILED_STARTS:
            began = time.monotonic()
            ready, still_held = self._serve_once(log)
            failed = 0 if ready or still_held else failed + 1
            pause = 0.1 if time.monotonic() - began > _HEALTHY_SECONDS else min(pause * 2, _LONGEST_PAUSE_SECONDS)
            if not self._stopping:
                time.sleep(pause)
        self._ended.set()
        return 0 if self._stopping else 1

    def _serve_once(self, log: ServerLog) -> tuple[bool, bool]:
        """Whether the server became ready, and whether what an older one left was in its way."""
        log.write(STARTING.encode() + b"\n")
        self._process = subprocess.Popen(
            self._order.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            start_new_session=True, preexec_fn=self._die_with_guard, cwd=self._order.data,
        )  # fmt: skip
        if self._stopping:
            self._process.send_signal(signal.SIGINT)
        ready = still_held = False
        assert self._process.stderr is not None
        for line in self._process.stderr:
            text = line.decode(errors="replace")
            ready = ready or _READY in text
            still_held = still_held or _STILL_HELD.search(text) is not None
            log.write(line)
        self._process.wait()
        return ready, still_held

    def _die_with_guard(self) -> None:
        if self._libc is not None:
            self._libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGINT)

    def _stop_when_unused(self, users_lock: int) -> None:
        fcntl.flock(users_lock, fcntl.LOCK_EX)
        self._stopping = True
        steps = ((signal.SIGINT, self._order.stop_seconds), (signal.SIGQUIT, _PATIENCE_SECONDS), (signal.SIGKILL, 0.0))
        for number, patience in steps:
            if self._process is not None:
                self._process.send_signal(number)
            if self._ended.wait(patience):
                return


def _end_orphan(data: Path, stop_seconds: float) -> None:
    """A server whose guard was killed ends before another takes its data; a process that only has its id is left."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    for number, patience in ((signal.SIGINT, stop_seconds), (signal.SIGQUIT, _PATIENCE_SECONDS), (signal.SIGKILL, 1.0)):
        if not _is_server_of(pid, data):
            break
        os.kill(pid, number)
        deadline = time.monotonic() + patience
        while _is_server_of(pid, data) and time.monotonic() < deadline:
            time.sleep(0.02)
    if not _is_server_of(pid, data):
        (data / "postmaster.pid").unlink(missing_ok=True)


def _is_server_of(pid: int, data: Path) -> bool:
    command = _command_of(pid)
    return b"postgres" in command and os.fsencode(data) in command


def _command_of(pid: int) -> bytes:
    """The process's command line; empty when it is gone or only waits to be reaped."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return b""
    return subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, check=False).stdout


def _only_guard(path: str) -> int | None:
    """The lock of the one guard; a probe of somebody else may hold it for a moment, another guard longer."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + 1.0
    while time.monotonic() < deadline:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.01)
        else:
            return fd
    return None


def main(order: Order) -> int:
    """Become a process of our own, take the place of the one guard, and guard."""
    # Taken before the fork, so that whoever started us finds it taken; the lock belongs to both.
    if _only_guard(order.guard_lock) is None or os.fork():
        return 0
    # Its life is bound to its users, not to a terminal or to a service manager's first signal.
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: None)
    users_lock = os.open(order.users_lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if order.uid >= 0:
        os.setgroups([])
        os.setgid(order.gid)
        os.setuid(order.uid)
    return Guard(order).run(users_lock)


if __name__ == "__main__":
    sys.exit(main(Order.decode(sys.argv[1])))
