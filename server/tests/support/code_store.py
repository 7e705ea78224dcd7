"""The stores of the code index on a database, and small contents to put into them."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest_asyncio

from nexy.config.code_search_section import CodeIndexingConfig
from nexy.contracts.code_search import IndexProgress, IndexStage
from nexy.contracts.database import SERVICE, Database, Row
from nexy.modules.code_search.model import Chunk, ChunkKind
from nexy.modules.code_search.store.contents import ContentStore
from nexy.modules.code_search.store.leases import Leases
from nexy.modules.code_search.store.model import Changes, Contents, IndexedPath, Lease, NewBlob
from nexy.modules.code_search.store.projects import ProjectStore
from nexy.modules.code_search.store.sweeping import Sweeper

# Small enough that every loop over slices turns more than once.
SMALL = CodeIndexingConfig(statement_rows=2, batch_forwards=2, sweep_blobs=2)
READING = IndexProgress(stage=IndexStage.READ, done=1, total=2)
KEYS = {letter: letter.encode() * 16 for letter in "abcdefgh"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """All of them on one database."""

    database: Database
    projects: ProjectStore
    leases: Leases
    contents: ContentStore
    sweeper: Sweeper

    async def lease(self, name: str = "shop", owner_id: str = "") -> Lease:
        """A run's hold on the project of this name."""
        return await self.leases.take(await self.projects.ensure(owner_id, name, f"/src/{name}"))

    async def run_out(self, lease: Lease) -> None:
        """As if its run had died long ago."""
        over = "UPDATE code_projects SET lease_until = now() - interval '1 second' WHERE id = $1::text::uuid"
        await self.execute(over, lease.project.id)

    async def execute(self, query: str, *values: object) -> int:
        """Whatever a test needs, with the service claim."""
        async with self.database.transaction(SERVICE) as transaction:
            return await transaction.execute(query, *values)

    async def fetch(self, query: str, *values: object) -> Sequence[Row]:
        """Rows that the service sees."""
        async with self.database.transaction(SERVICE) as transaction:
            return await transaction.fetch(query, *values)

    async def count(self, table: str) -> int:
        """How many rows there are."""
        async with self.database.transaction(SERVICE) as transaction:
            return int(str((await transaction.fetch(f"SELECT count(*) AS rows FROM {table}"))[0]["rows"]))

    async def publish(self, lease: Lease, files: dict[str, str], *, gone: str = "", branch: str = "main") -> None:
        """These paths with these contents (letters); `gone` are the letters that files had before."""
        put = [IndexedPath(path=path, digest=KEYS[letter]) for path, letter in files.items()]
        changes = Changes(branch=branch, head="", put=put, gone=(), unused=[KEYS[letter] for letter in gone])
        contents = Contents(files=len(put), chunks=2 * len(put), masked=1, languages={"python": len(put)})
        await self.contents.publish(lease, READING, changes, contents)


def stores_on(database: Database, config: CodeIndexingConfig = SMALL) -> Stores:
    """Stores that share one configuration."""
    leases = Leases(database, config)
    return Stores(
        database=database,
        projects=ProjectStore(database),
        leases=leases,
        contents=ContentStore(database, leases, config),
        sweeper=Sweeper(leases, config),
    )


def blob(letter: str, *symbols: str) -> NewBlob:
    """A content with one function per symbol."""
    chunks = [
        Chunk(
            kind=ChunkKind.FUNCTION, symbol=symbol, name=symbol, start_line=line, end_line=line, content=f"{symbol}()"
        )
        for line, symbol in enumerate(symbols or (f"first_{letter}", f"second_{letter}"), start=1)
    ]
    return NewBlob(digest=KEYS[letter], language="python", chunks=chunks, masked=1, forward=letter.encode())


@pytest_asyncio.fixture
async def stores(database: Database) -> Stores:
    """On a database of its own."""
    return stores_on(database)
