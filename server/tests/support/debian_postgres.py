"""Debian's own PostgreSQL for tests: one private cluster per test session, nothing of the packaged one is touched.

`debian` is the running server, `outside` a new database of it with an owner that may make roles; mark tests `system`.
"""

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

_PROGRAMS = Path("/usr/lib/postgresql")
_ROLES = ("nexy_app", "nexy_derived", "anon", "authenticated")
_PATIENCE_SECONDS = 30.0
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux
_numbers = count(1)


def programs() -> Path:
    """The newest installed `bin` folder; skips the test where the package is missing."""
    found = sorted(_PROGRAMS.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    if not found:
        pytest.skip("the package postgresql is not installed; `make test-system` installs it")
    return found[-1].parent


@dataclass(slots=True, kw_only=True)
class DebianServer:
    """A cluster in a folder of its own; `administrator` is its superuser, by SCRAM over socket and loopback."""

    programs: Path
    folder: Path
    port: int
    password: str
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def certificate(self) -> Path:
        """What the server shows to those who ask for TLS; self-signed, for the name localhost."""
        return self.folder / "server.crt"

    def run(self, *command: str, stdin: bytes = b"") -> None:
        """One program to its end, as the server's user."""
        done = subprocess.run(
            command, input=stdin, capture_output=True, cwd=self.folder, check=False, env=_ENVIRONMENT, **_account()
        )
        assert done.returncode == 0, done.stderr.decode()

    def start(self) -> None:
        """Start it and return when it takes connections; what a killed one left is waited for."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._answers():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()
            if self.process is None or self.process.poll() is not None:
                _HANDS.submit(self._launch).result()
            _LATER.wait(0.02)

    def _launch(self) -> None:
        settings = {
            "port": str(self.port), "listen_addresses": "127.0.0.1", "unix_socket_directories": str(self.folder),
            "fsync": "off", "ssl_cert_file": str(self.certificate), "ssl_key_file": str(self.folder / "server.key"),
            "shared_buffers": "16MB", "max_connections": "60",
        }  # fmt: skip
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        libc = ctypes.CDLL(None)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(self.programs / "postgres"), "-D", str(self.folder / "data"), *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, env=_ENVIRONMENT, **_account(),
                start_new_session=True, preexec_fn=lambda: libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGINT),
            )  # fmt: skip

    def _answers(self) -> bool:
        ready = [str(self.programs / "pg_isready"), "-q", "-h", str(self.folder), "-p", str(self.port)]
        return self.process is not None and subprocess.run(ready, check=False).returncode == 0

    def kill(self) -> None:
        """End the postmaster as the kernel would when memory runs out."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it by its own id, and wait until it has ended."""
        self._end(signal.SIGINT)

    def _end(self, number: signal.Signals) -> None:
        process, self.process = self.process, None
        if process is not None:
            process.send_signal(number)
            process.wait(_PATIENCE_SECONDS)

    @asynccontextmanager
    async def administrator(self, database: str = "postgres") -> AsyncIterator[Any]:
        """A connection of the superuser."""
        connection = await asyncpg.connect(
            host=str(self.folder), port=self.port, user="postgres", password=self.password, database=database
        )
        try:
            yield connection
        finally:
            await connection.close()


# The server dies with the thread that started it (that is what the kernel calls its parent): one that stays.
_HANDS = ThreadPoolExecutor(1, "debian-postgres")
_LATER = threading.Event()
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _account() -> dict[str, Any]:
    """PostgreSQL refuses root; Debian's package brings a user."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam("postgres")
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": ()}


def free_port() -> int:
    """A port of the loopback that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def debian() -> Iterator[DebianServer]:
    """The session's own cluster of Debian's PostgreSQL."""
    found = programs()
    folder = Path(tempfile.mkdtemp(prefix="nexy-d-", dir="/tmp"))
    server = DebianServer(programs=found, folder=folder, port=free_port(), password=secrets.token_hex(16))
    try:
        if account := _account():
            os.chown(folder, account["user"], account["group"])
        _initialize(server)
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def _initialize(server: DebianServer) -> None:
    secret = server.folder / "password"
    server.run("/bin/sh", "-c", f"umask 077 && cat > {secret}", stdin=server.password.encode())
    server.run(
        str(server.programs / "initdb"), "-D", str(server.folder / "data"), "-U", "postgres", "--no-sync",
        "--auth=scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C",
    )  # fmt: skip
    server.run(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-keyout", str(server.folder / "server.key"), "-out", str(server.certificate), "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
    )  # fmt: skip
    server.run("chmod", "600", str(server.folder / "server.key"))
    # In the file, where a test can turn it off without a restart.
    server.run("/bin/sh", "-c", f"echo ssl=on >> {server.folder / 'data' / 'postgresql.conf'}")


@dataclass(slots=True, kw_only=True)
class Outside:
    """One database of the server for one test, and its owner's login."""

    server: DebianServer
    name: str
    owner: str = "house"
    password: str = field(default_factory=lambda: secrets.token_hex(8))

    def url(self, user: str = "", password: str = "", options: str = "", host: str = "127.0.0.1") -> str:
        """DATABASE_URL, of the owner unless told otherwise."""
        login = f"{user or self.owner}:{password or self.password}"
        return f"postgresql://{login}@{host}:{self.server.port}/{self.name}{options}"

    async def rule(self, *statements: str) -> None:
        """What an administrator does in this database."""
        async with self.server.administrator(self.name) as connection:
            for statement in statements:
                await connection.execute(statement)

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        """What an administrator sees in this database."""
        async with self.server.administrator(self.name) as connection:
            return [tuple(row) for row in await connection.fetch(query)]

    async def make_roles(self, app_password: str = "") -> None:
        """The roles as an administrator makes them for an owner that may not."""
        for role in _ROLES:
            await self.rule(f"CREATE ROLE {role} NOLOGIN")
        # For 15 and for later ones: the app may become them, and has none of their rights at other times.
        await self.rule("ALTER ROLE nexy_app NOINHERIT", "GRANT anon, authenticated TO nexy_app")
        if app_password:
            await self.rule(f"ALTER ROLE nexy_app LOGIN PASSWORD '{app_password}'")


@pytest_asyncio.fixture
async def outside(debian: DebianServer) -> AsyncIterator[Outside]:
    """A new empty database whose owner may make roles; database, owner and roles go with the test."""
    debian.start()
    place = Outside(server=debian, name=f"test_{next(_numbers)}")
    async with debian.administrator() as connection:
        await connection.execute(f"CREATE ROLE {place.owner} LOGIN CREATEROLE PASSWORD '{place.password}'")
        await connection.execute(f"CREATE DATABASE {place.name} OWNER {place.owner} TEMPLATE template0")
    try:
        yield place
    finally:
        debian.start()
        async with debian.administrator() as connection:
            await connection.execute(f"DROP DATABASE {place.name} WITH (FORCE)")
            for role in (*_ROLES, place.owner, "guest"):
                await connection.execute(f"DROP ROLE IF EXISTS {role}")
