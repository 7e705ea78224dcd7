"""A server of one's own for the length of a test run."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

SERVE = (sys.executable, "-m", "nexy.cli.main", "serve")
START_SECONDS = 30.0
STOP_SECONDS = 20.0
PORTS = ("GRPC_PORT", "HTTP_PORT", "API_PORT", "UPDATE_PORT", "SUPABASE_PORT")


class NotStarted(Exception):
    """The server did not come up; the message holds the end of what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """Where a server listens."""

    host: str
    grpc_port: int
    http_port: int


@contextmanager
def own_server(command: Sequence[str] = SERVE, seconds: float = START_SECONDS) -> Iterator[Doors]:
    """Start a server with free ports and a home of its own, stop exactly that process afterwards."""
    with tempfile.TemporaryDirectory(prefix="nexy-checks-") as folder, tempfile.TemporaryFile("w+") as said:
        home = Path(folder)
        # Root's database runs as another user, who must be able to enter; nothing may stay behind elsewhere.
        home.chmod(0o711)
        place = {"NEXY_HOME": folder, "DATABASE_SHARED_FOLDER": str(home / "shared")}
        environment = {**os.environ, **place, **dict.fromkeys(PORTS, "0")}
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=said, stderr=said)
        try:
            yield wait_for_doors(process, home / "run" / "server.json", said, seconds)
        finally:
            stop(process)


def wait_for_doors(process: "subprocess.Popen[bytes]", file: Path, said: IO[str], seconds: float) -> Doors:
    """Where the server listens, as soon as it says so; raises NotStarted."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise NotStarted(f"exit {process.returncode}: {last_lines(said)}")
        doors = read_doors(file, process.pid)
        if doors is not None:
            return doors
        time.sleep(0.05)
    raise NotStarted(f"not ready after {seconds:g} s: {last_lines(said)}")


def read_doors(file: Path, pid: int) -> Doors | None:
    """The ports that the running server wrote down, None until they are there."""
    try:
        told: Mapping[str, object] = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if told.get("pid") != pid:
        return None
    # A server that listens on every address is reached on this one.
    return Doors(host="127.0.0.1", grpc_port=port_in(told["grpc"]), http_port=port_in(told["http"]))


def port_in(address: object) -> int:
    """The port of `host:port`."""
    return int(str(address).rpartition(":")[2])


def stop(process: "subprocess.Popen[bytes]") -> None:
    """Ask it to finish, insist after a while."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS)


def last_lines(said: IO[str]) -> str:
    """The end of what the server printed."""
    said.seek(0)
    return " | ".join(said.read().splitlines()[-5:])
