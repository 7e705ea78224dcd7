"""The data folder: made once, checked at every start, and the command that serves it."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from nexy.contracts.errors import StartFailed
from nexy.modules.database.embedded.account import Account
from nexy.modules.database.embedded.layout import PORT, Layout

MAJOR = 18
ADMINISTRATOR = "postgres"
_LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
# Modest in memory; durable; and the log tells what went wrong without ever quoting a value.
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "40",
    "shared_buffers": "24MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "32MB",
    "max_worker_processes": "2",
    "max_parallel_workers": "0",
    "io_method": "sync",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] ",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_connections": "off",
    "log_disconnections": "off",
    "log_checkpoints": "off",
}


def serve_command(programs: Path, layout: Layout) -> Sequence[str]:
    """The server's command line; what it says wins over the files of the data folder."""
    sockets = str(layout.sockets).replace('"', '""')
    settings = {**_SETTINGS, "unix_socket_directories": f'"{sockets}"'}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return (str(programs / "postgres"), "-D", str(layout.data), *options)


def ensure_cluster(programs: Path, layout: Layout, account: Account, password: str) -> None:
    """Make the data folder when there is none; raises `StartFailed` for one of another version or a failed setup."""
    marker = layout.data / "PG_VERSION"
    if not marker.exists():
        _make(programs, layout.data, account, password)
    found = marker.read_text(encoding="ascii").strip()
    if found != str(MAJOR):
        raise StartFailed(
            f"{layout.data} is of PostgreSQL {found}, the embedded server is {MAJOR}: dump and restore it"
        )
    # Made by another user's server, or taken from a backup by root.
    if layout.data.stat().st_uid != account.uid:
        raise StartFailed(f"{layout.data} belongs to another user (uid {layout.data.stat().st_uid}) than the server's")


def _make(programs: Path, data: Path, account: Account, password: str) -> None:
    """In a folder beside it first: a setup that was killed half-way is begun anew."""
    begun = data.with_name(f"{data.name}.new")
    shutil.rmtree(begun, ignore_errors=True)
    if data.exists() and any(data.iterdir()):
        raise StartFailed(f"{data} exists and is no PostgreSQL data folder; move it away")
    begun.mkdir(mode=0o700)
    account.give(begun)
    secret = data.with_name(f"{data.name}.new.password")
    secret.unlink(missing_ok=True)
    secret.touch(0o600)
    secret.write_text(password, encoding="ascii")
    account.give(secret)
    try:
        _run_initdb(programs, begun, account, secret)
    finally:
        secret.unlink()
    begun.rename(data)


def _run_initdb(programs: Path, data: Path, account: Account, secret: Path) -> None:
    command = (
        str(programs / "initdb"), "-D", str(data), "-U", ADMINISTRATOR, "--auth=scram-sha-256", f"--pwfile={secret}",
        *_LOCALE, "--wal-segsize=4", "--no-instructions",
    )  # fmt: skip
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, check=False, cwd=data,
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}, user=account.uid if account.switched else None,
        group=account.gid if account.switched else None, extra_groups=() if account.switched else None,
    )  # fmt: skip
    if done.returncode != 0:
        last = (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[-1]
        raise StartFailed(f"initdb failed in {data}: {last}")
