"""Who takes part: the provider and the load on one core, the servers that are measured on the other."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bench.faults.ledger import opened
from bench.router.client import connections, post
from bench.router.jobs import KEY
from bench.router.processes import Members
from bench.router.provider import ANTHROPIC_MODEL, OPENAI_MODEL, PLAY_PATH, Pace
from bench.voice.accounting import Cores
from bench.voice.servers import ROOT, Recipe, ours_as_installed, running
from nexy.contracts.database import SERVICE
from nexy.modules.database.module import DatabaseModule

_ROWS = "SELECT count(*) AS rows FROM token_usage WHERE source = 'code'"
_SETTLE_SECONDS = 60.0
_POLL_SECONDS = 0.05


class NotMeasured(Exception):
    """What was seen means nothing: an answer was not complete, or a row of the ledger is missing."""


@dataclass(slots=True, kw_only=True)
class Target:
    """One that is measured; `answered` counts the whole answers that it gave since its start."""

    name: str
    pid: int
    address: str
    folder: Path
    database: DatabaseModule | None = None
    answered: int = 0

    def members(self) -> Members:
        """Its processes now."""
        return Members.of(self.pid, self.folder)

    async def rows(self) -> int:
        """What the ledger holds."""
        assert self.database is not None
        async with self.database.transaction(SERVICE) as transaction:
            return int(str((await transaction.fetch(_ROWS))[0]["rows"]))

    async def settled(self) -> None:
        """Return when every answer has its row in PostgreSQL, so that this work is counted too."""
        if self.database is None:
            return
        deadline = time.monotonic() + _SETTLE_SECONDS
        while (rows := await self.rows()) != self.answered:
            if time.monotonic() > deadline:
                raise NotMeasured(f"{self.answered} answers, but {rows} rows in the ledger")
            await asyncio.sleep(_POLL_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everybody; `direct` is the provider itself."""

    ours: Target
    bare: Target
    direct: Target
    cores: Cores

    async def play(self, pace: Pace) -> None:
        """Let the provider answer at this pace."""
        await self.reply_of(post(PLAY_PATH.decode(), msgspec.json.encode(pace)))

    async def reply_of(self, request: bytes) -> bytes:
        """The body that the provider itself replies."""
        async with connections(self.direct.address, 1) as (line,):
            return (await line.ask(request)).body


@asynccontextmanager
async def stage(
    folder: Path, cores: Cores, tokens: int, other: Callable[[Path, str], Recipe] | None = None
) -> AsyncGenerator[Stage, None]:
    """Start everybody; afterwards nobody is left.

    `other` makes a server that is measured in the baseline's place, given a folder and the provider's address.
    """
    async with AsyncExitStack() as stack:
        provider = program(folder, "provider", "--tokens", f"{tokens}")
        direct = await _start(stack, provider, (cores.load,), folder)
        baseline = await _start(stack, (other or _bare)(folder, direct.address), (cores.server,), folder)
        home = folder / "home"
        measured = await _start(stack, _nexy(home, direct.address), (cores.server,), home)
        measured.database = await stack.enter_async_context(opened(home, folder / "shared"))
        yield Stage(ours=measured, bare=baseline, direct=direct, cores=cores)


def program(folder: Path, name: str, *arguments: str) -> Recipe:
    """One of the programs of this folder."""
    home = folder / name
    home.mkdir(exist_ok=True)
    ready = home / "ready.json"
    return Recipe(
        name=name,
        arguments=(sys.executable, "-m", f"bench.router.{name}", "--ready", str(ready), *arguments),
        environment={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT)},
        home=home,
        ready=ready,
    )


def _bare(folder: Path, provider: str) -> Recipe:
    return program(folder, "bare_proxy", "--upstream", f"http://{provider}")


def _nexy(home: Path, provider: str) -> Recipe:
    """`nexy serve` with everything on: breaker, limits, budgets, keys, metrics, ledger; only the exact cache is off."""
    for each in (home, home.parent / "shared"):
        each.mkdir(mode=0o711, exist_ok=True)
    return ours_as_installed(home, {**_KEEPING, **_PROVIDERS, **_addresses(home, provider)})


_KEEPING: Mapping[str, str] = {
    "TTS_ENGINE": "scripted",
    "DATABASE_ENABLED": "true",
    "ANSWER_CACHE_SECONDS": "0",
    "NEXY_API_KEYS": f"bench={KEY}",
    "API_RATE_PER_SECOND": "1000000",
    "API_RATE_BURST": "1000000",
    "BUDGET_DAY_TOKENS": "1000000000000",
}
_PROVIDERS: Mapping[str, str] = {
    "OPENAI_API_KEY": KEY,
    "OPENAI_MODEL": OPENAI_MODEL,
    "ANTHROPIC_API_KEY": KEY,
    "ANTHROPIC_MODEL": ANTHROPIC_MODEL,
}


def _addresses(home: Path, provider: str) -> Mapping[str, str]:
    return {
        "DATABASE_SHARED_FOLDER": str(home.parent / "shared"),
        "OPENAI_BASE_URL": f"http://{provider}/v1",
        "ANTHROPIC_BASE_URL": f"http://{provider}",
        "LLM_ALLOW_PRIVATE_ADDRESSES": "true",
    }


async def _start(stack: AsyncExitStack, recipe: Recipe, cores: Sequence[int], folder: Path) -> Target:
    server = await stack.enter_async_context(running(recipe, cores))
    address = json.loads(recipe.ready.read_text())["api"]
    return Target(name=recipe.name, pid=server.pid, address=address, folder=folder)
