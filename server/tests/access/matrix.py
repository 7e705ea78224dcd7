"""Two persons × every table, view and function × every verb × every route × every role, as a table.

`python -m access.matrix` in server/tests, or `make test-access`; the exit code is 1 when a foreign row was reached.
"""

import asyncio
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import asyncpg

from access.routes import ROUTES, VERBS
from access.stage import Attempt, Caller, Given, Route, Snapshot, Stage, callers, stage_on
from nexy.contracts.errors import NexyError
from nexy.modules.database.module import DatabaseModule
from support.peers import FakePeers
from support.postgres import embedded_section, open_home

# The app asks it whose device speaks, before it can know as whom: it tells the id of a person and nothing else, and
# notes when the device was last seen.
KNOWN = frozenset({("nexy_app", "nexy_person_of(text)")})


@dataclass(slots=True)
class Cell:
    """All attempts of one caller with one verb on one target."""

    tried: int = 0
    passed: int = 0
    own: int = 0
    foreign: int = 0

    def text(self) -> str:
        """For the printed table."""
        if self.foreign:
            return f"FOREIGN {self.foreign}"
        return "refused" if not self.passed else f"own {self.own}"


Key = tuple[str, str, str]


class Matrix:
    """Cells by caller, target and verb; both persons count together."""

    def __init__(self) -> None:
        self.cells: dict[Key, Cell] = defaultdict(Cell)

    @property
    def foreign(self) -> Sequence[Key]:
        """Where a row of the other person was read, changed or removed."""
        return [key for key, cell in self.cells.items() if cell.foreign]

    @property
    def tried(self) -> int:
        """How many attempts there were."""
        return sum(cell.tried for cell in self.cells.values())

    def lines(self) -> Iterator[str]:
        """A table for each caller; what is refused throughout is one line."""
        for caller in dict.fromkeys(key[0] for key in self.cells):
            targets = dict.fromkeys(target for name, target, _ in self.cells if name == caller)
            yield f"\n{caller:<34}" + "".join(f"{verb:<12}" for verb in VERBS)
            for target in targets:
                cells = [self.cells.get((caller, target, verb)) for verb in VERBS]
                yield f"  {target:<32}" + "".join(f"{cell.text() if cell else '':<12}" for cell in cells).rstrip()
        yield f"\n{self.tried} attempts, {sum(cell.foreign for cell in self.cells.values())} foreign rows"


async def run(stage: Stage, routes: Sequence[Route] = tuple(ROUTES)) -> Matrix:
    """Try everything; rows that a person deleted of her own are put back."""
    matrix = Matrix()
    for caller in callers(stage):
        before = await stage.foreign_rows(caller.mine)
        for route in routes:
            async for attempt in route(stage, caller):
                before = await _try(stage, caller, attempt, matrix, before)
    return matrix


async def _try(stage: Stage, caller: Caller, attempt: Attempt, matrix: Matrix, before: Snapshot) -> Snapshot:
    cell = matrix.cells[(caller.name, attempt.target, attempt.verb)]
    cell.tried += 1
    try:
        given = await attempt.run()
        cell.passed += 1
    except NexyError:
        given = Given()
    known = (caller.name.split(" ")[0], attempt.target) in KNOWN
    read = 0 if known else sum(caller.theirs.has(row, given.asked) for row in given.rows)
    cell.own += given.touched - read
    cell.foreign += read
    if attempt.verb == "SELECT":
        return before
    after = await stage.foreign_rows(caller.mine)
    cell.foreign += 0 if known else len(before ^ after)
    if attempt.verb == "DELETE":
        await stage.put_back(caller.mine)
    return after


async def _main() -> int:
    home = open_home()
    module = DatabaseModule()
    await module.initialize(embedded_section(home), FakePeers())
    try:
        assert module._open is not None
        assert module._open.server is not None
        address = module._open.server.administrator
        administrator = await asyncpg.connect(
            host=address.host, port=address.port, user=address.user, password=address.password,
            database=module._open.owner.database,
        )  # fmt: skip
        async with stage_on(module, administrator) as stage:
            matrix = await run(stage)
        await administrator.close()
    finally:
        await module.cleanup()
        shutil.rmtree(home, ignore_errors=True)
    sys.stdout.write("\n".join(matrix.lines()) + "\n")
    return 1 if matrix.foreign else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
