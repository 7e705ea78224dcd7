"""What every fault run needs: a home, a server with a database, a last look, and nobody left behind."""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.faults.acknowledged import Acknowledged
from bench.faults.ledger import Verdict, verdict
from bench.voice.load import Load
from bench.voice.servers import Recipe, ours, running

LOAD = Load(name="faults", sentences=2, token_seconds=0.004, sound_seconds=0.2)
PEOPLE = 8
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The folders of one run; `shared` takes what the database's user could not reach otherwise."""

    folder: Path

    @property
    def home(self) -> Path:
        """The server's home."""
        return self.folder / "home"

    @property
    def shared(self) -> Path:
        """DATABASE_SHARED_FOLDER."""
        return self.folder / "shared"

    def recipe(self, llm_port: int) -> Recipe:
        """A server with history, memory and ledger."""
        made = ours(self.home, llm_port=llm_port, sound_seconds=LOAD.sound_seconds)
        own = {"DATABASE_ENABLED": "true", "DATABASE_SHARED_FOLDER": str(self.shared)}
        return replace(made, environment={**made.environment, **own})

    async def last_life(self, recipe: Recipe, seen: Acknowledged) -> Verdict:
        """Start once more without a turn: what was left in the outbox must arrive by itself."""
        async with running(recipe, cores()):
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not (found := await verdict(self.home, self.shared, seen)).clean and time.monotonic() < deadline:
                await asyncio.sleep(0.5)
            return found

    async def left_behind(self) -> int:
        """How many processes still work in the folder some seconds after the last server has stopped."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (left := len(self.processes(lambda _: True))) and time.monotonic() < deadline:
            await asyncio.sleep(0.2)
        return left

    def processes(self, wanted: Callable[[bytes], bool]) -> Sequence[int]:
        """The processes of the folder, by command line or working folder, whose command line is wanted."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes()
                place = os.readlink(process / "cwd").encode()
            except OSError:
                continue
            mine = str(self.folder).encode() in command + place and process.name != str(os.getpid())
            if mine and wanted(command):
                found.append(int(process.name))
        return found


@contextmanager
def stage() -> Iterator[Stage]:
    """Folders that the database's own user may enter, as under a home that is not root's; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="nexy-faults-", dir="/tmp") as folder:
        made = Stage(folder=Path(folder))
        for each in (made.folder, made.home, made.shared):
            each.mkdir(mode=0o711, exist_ok=True)
            each.chmod(0o711)
        yield made


def cores() -> Sequence[int]:
    """All that we may use: a fault run measures no speed."""
    return sorted(os.sched_getaffinity(0))
