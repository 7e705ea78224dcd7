"""One user's hold on the embedded server of a home: started when it must be, shared, let go of at the end."""

import asyncio
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from nexy.config.database_section import DatabaseConfig
from nexy.contracts.errors import StartFailed
from nexy.modules.database.addresses import Address
from nexy.modules.database.embedded import guard
from nexy.modules.database.embedded.account import Account, choose_account
from nexy.modules.database.embedded.binaries import programs_for
from nexy.modules.database.embedded.cluster import ADMINISTRATOR, ensure_cluster, serve_command
from nexy.modules.database.embedded.layout import PORT, Layout, lay_out
from nexy.modules.database.embedded.locks import FileLock, is_held, waiting_for
from nexy.modules.database.embedded.passwords import Passwords, stored_passwords

DATABASE = "nexy"
_POLL_SECONDS = 0.02
_SHARED_LOOKS = 10
_FATAL = re.compile(r"(?:FATAL|PANIC):\s*(.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedServer:
    """A server that somebody holds: its programs, folders and logins."""

    programs: Path
    layout: Layout
    account: Account
    passwords: Passwords

    def address(self, user: str, password: str, database: str = DATABASE) -> Address:
        """How this login enters."""
        return Address(host=str(self.layout.sockets), port=PORT, database=database, user=user, password=password)

    @property
    def administrator(self) -> Address:
        """The superuser, needed to make the database and its logins."""
        return self.address(ADMINISTRATOR, self.passwords.administrator, ADMINISTRATOR)


class EmbeddedSupervisor:
    """Holds the server of one home for one process; the last holder's end, however it comes, ends the server."""

    def __init__(self, home: Path, config: DatabaseConfig) -> None:
        self._home = home
        self._config = config
        self._hold: FileLock | None = None
        self._server: EmbeddedServer | None = None

    async def start(self) -> EmbeddedServer:
        """Take hold, set up what is missing and see that a guard is at work; the server may still be starting.

        Raises `StartFailed` in one line.
        """
        try:
            server = await asyncio.to_thread(self._prepared)
            self._hold = await self._held(FileLock(server.layout.users_lock))
            self._server = server
            await self.ensure_guard()
        except OSError as problem:
            raise StartFailed(f"the embedded PostgreSQL: {problem.strerror}: {problem.filename}") from problem
        return server

    async def _held(self, hold: FileLock) -> FileLock:
        """The lock, once taken; a guard that is about to stop the server for its last user holds it alone."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._config.start_timeout_seconds
        while not hold.take(shared=True):
            if clock() > deadline:
                raise StartFailed("the embedded PostgreSQL is being stopped and does not end")
            await asyncio.sleep(_POLL_SECONDS)
        return hold

    def _prepared(self) -> EmbeddedServer:
        account = choose_account()
        shared = Path(self._config.shared_folder)
        layout = lay_out(self._home, shared, account)
        with waiting_for(layout.setup_lock):
            programs = programs_for(account, shared)
            passwords = stored_passwords(layout.passwords)
            ensure_cluster(programs, layout, account, passwords.administrator)
        return EmbeddedServer(programs=programs, layout=layout, account=account, passwords=passwords)

    async def ensure_guard(self) -> None:
        """Start a guard when none is at work: at first, and after somebody killed it."""
        if self._server is not None and not is_held(self._server.layout.guard_lock):
            await asyncio.to_thread(_start_guard, self._server, self._config.stop_timeout_seconds)

    def guarded(self) -> bool:
        """Whether a guard is at work; none is when it gave up."""
        return self._server is not None and is_held(self._server.layout.guard_lock)

    def reason(self) -> str:
        """Why the last start failed, in the server's own words; empty when it does not say."""
        if self._server is None:
            return ""
        try:
            lines = self._server.layout.log.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        begun = max((at for at, line in enumerate(lines) if line == guard.STARTING), default=0)
        fatal = [found[1] for line in lines[begun:] if (found := _FATAL.search(line))]
        return fatal[-1] if fatal else ""

    def bequeath(self) -> None:
        """Let a program that replaces this process (psql) go on holding the server."""
        if self._hold is not None:
            self._hold.bequeath()

    async def stop(self) -> None:
        """Let go; when nobody else holds the server, return after it has ended (within the configured time)."""
        if self._hold is None:
            return
        self._hold.release()
        self._hold = None
        if self._server is not None:
            await self._until_stopped(self._server.layout)
        self._server = None

    async def _until_stopped(self, layout: Layout) -> None:
        shared = 0
        deadline = asyncio.get_running_loop().time() + self._config.stop_timeout_seconds
        while is_held(layout.guard_lock) and asyncio.get_running_loop().time() < deadline:
            # Not held alone by the guard although we let go: others use the server.
            shared = 0 if is_held(layout.users_lock) else shared + 1
            if shared >= _SHARED_LOOKS:
                return
            await asyncio.sleep(_POLL_SECONDS)


def _start_guard(server: EmbeddedServer, stop_seconds: float) -> None:
    """Under the setup lock, so that of several users only one starts it; returns when the guard has its own life."""
    layout, account = server.layout, server.account
    order = guard.Order(
        users_lock=str(layout.users_lock),
        guard_lock=str(layout.guard_lock),
        log=str(layout.log),
        data=str(layout.data),
        command=tuple(serve_command(server.programs, layout)),
        uid=account.uid if account.switched else -1,
        gid=account.gid if account.switched else -1,
        stop_seconds=stop_seconds,
    )
    with waiting_for(layout.setup_lock):
        if not is_held(layout.guard_lock):
            command = (sys.executable, "-I", "-S", str(Path(guard.__file__)), order.encode())
            null = subprocess.DEVNULL
            subprocess.run(command, stdin=null, stdout=null, stderr=null, check=False, start_new_session=True, cwd="/")
