"""Debian's own Redis for tests: one private server per test session, nothing of the packaged one is touched."""

import ctypes
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis

from support.debian_postgres import free_port

_PATIENCE_SECONDS = 20.0
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux
# The server dies with the thread that started it (that is what the kernel calls its parent): one that stays.
_HANDS = ThreadPoolExecutor(1, "debian-redis")
_LATER = threading.Event()


@dataclass(slots=True)
class DebianRedis:
    """A server without a file, on the loopback, behind a password."""

    program: str
    folder: Path
    port: int
    password: str = field(default_factory=lambda: secrets.token_hex(8))
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """REDIS_URL."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def client(self) -> "redis.Redis":
        """A plain connection of the test's own."""
        return redis.Redis(host="127.0.0.1", port=self.port, password=self.password)

    def start(self) -> None:
        """Start it, if it does not run, and return when it answers."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        if self.process is None:
            _HANDS.submit(self._launch).result()
        while not self._answers():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            _LATER.wait(0.02)

    def _launch(self) -> None:
        libc = ctypes.CDLL(None)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--requirepass", self.password,
                    "--save", "", "--appendonly", "no", "--dir", str(self.folder), "--daemonize", "no",
                ],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=lambda: libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL),
            )  # fmt: skip

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def freeze(self) -> None:
        """Let it hold its connections and answer nothing."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it by its own id, and wait until it has ended."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait(_PATIENCE_SECONDS)

    def advance(self, seconds: float) -> None:
        """Let so much time pass for everything that it holds: each key lives as much shorter."""
        with self.client() as client:
            for key in client.scan_iter("*"):
                left = client.pttl(key)
                if left >= 0:
                    client.pexpire(key, max(left - round(seconds * 1000), 0))


@pytest.fixture(scope="session")
def debian_redis() -> Iterator[DebianRedis]:
    """The session's own server; a test that stops it starts it again."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("the package redis-server is not installed; `make test-system` installs it")
    folder = Path(tempfile.mkdtemp(prefix="nexy-r-", dir="/tmp"))
    server = DebianRedis(program, folder, free_port())
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)
