"""Who takes part: `nexy serve` with the demo account, and the baseline on the same PostgreSQL."""

import json
import os
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.router.client import Connection, connections, post
from bench.router.processes import Members
from bench.router.stage import NotMeasured
from bench.voice.accounting import Cores
from bench.voice.servers import ROOT, Recipe, ours_as_installed, running
from nexy.config.database_section import DatabaseConfig, DatabaseSection
from nexy.contracts.demo import DEMO_EMAIL, DEMO_PASSWORD
from nexy.modules.database.addresses import Address
from nexy.modules.database.opening import OpenDatabase

MANY_ROWS = 100
SIGN_IN = post("/auth/v1/token", msgspec.json.encode({"email": DEMO_EMAIL, "password": DEMO_PASSWORD}))
_OPEN = {
    "DATABASE_ENABLED": "true", "NEXY_DEMO": "1", "TTS_ENGINE": "scripted", "LLM_PROVIDER": "offline",
    "API_RATE_PER_SECOND": "1000000", "API_RATE_BURST": "1000000",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """The server: its process, its address for the Supabase clients, its home, and the way to its database."""

    pid: int
    address: str
    home: Path
    shared: Path
    app: Address
    cores: Cores

    def members(self) -> Members:
        """Its processes now."""
        return Members.of(self.pid, self.home)


@asynccontextmanager
async def served(folder: Path, cores: Cores, on: Sequence[int]) -> AsyncGenerator[Served, None]:
    """Start it on these cores; afterwards nothing of it runs."""
    home, shared = folder / "home", folder / "shared"
    for each in (home, shared):
        each.mkdir(mode=0o711, exist_ok=True)
    recipe = ours_as_installed(home, {**_OPEN, "DATABASE_SHARED_FOLDER": str(shared)})
    async with running(recipe, on) as server:
        opened = OpenDatabase(DatabaseSection(home=str(home), config=DatabaseConfig(shared_folder=str(shared))))
        await opened.open()
        try:
            address = json.loads(recipe.ready.read_text())["supabase"]
            yield Served(pid=server.pid, address=address, home=home, shared=shared, app=opened.app, cores=cores)
        finally:
            await opened.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks."""

    user_id: str
    token: str

    def get(self, path: str) -> bytes:
        """A whole request of hers."""
        return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.token}\r\n\r\n".encode()


async def demo_person(address: str) -> Person:
    """Signed in, with `MANY_ROWS` snippets."""
    async with connections(address, 1) as (line,):
        session = json.loads(await answered(line, SIGN_IN))
        person = Person(user_id=session["user"]["id"], token=session["access_token"])
        rows = [{"title": f"snippet {number}", "language": "python"} for number in range(MANY_ROWS)]
        await answered(line, post("/rest/v1/code_snippets", msgspec.json.encode(rows), person.token))
        return person


async def answered(line: Connection, request: bytes) -> bytes:
    """The body of a reply; raises `NotMeasured` for a refusal."""
    reply = await line.ask(request)
    if not 200 <= reply.status < 300:
        raise NotMeasured(f"{reply.status} {reply.body[:500]!r}")
    return reply.body


@asynccontextmanager
async def bare(folder: Path, nexy: Served, person: Person) -> AsyncGenerator[tuple[int, str], None]:
    """Process and address of the baseline, on the server's core."""
    home = folder / "bare"
    home.mkdir(exist_ok=True)
    ready, app = home / "ready.json", nexy.app
    place = ("--host", app.host, "--port", f"{app.port}", "--database", app.database, "--user", app.user)
    recipe = Recipe(
        name="bare",
        arguments=(sys.executable, "-m", "bench.access.bare_server", "--ready", str(ready), "--person", person.user_id,
                   *place),
        environment=_bare_environment(app),
        home=home,
        ready=ready,
    )  # fmt: skip
    async with running(recipe, (nexy.cores.server,)) as server:
        yield server.pid, server.address


def _bare_environment(app: Address) -> Mapping[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT), "PGPASSWORD": app.password}
