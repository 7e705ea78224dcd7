"""Indexing for tests: an `Indexer` on a database, a finder that looks into the tables, and what a run told."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import pytest_asyncio

from nexy.config.code_search_section import CodeIndexingConfig, CodeReadingConfig, CodeSearchConfig, CodeSearchSection
from nexy.contracts.code_search import DescribeIndexes, FindCode, Found, Hit, IndexCode, IndexFacts, IndexProgress
from nexy.contracts.code_search import IndexReport as Report
from nexy.contracts.database import SERVICE, Claims, Database
from nexy.modules.code_search.indexing.indexer import Indexer
from nexy.modules.code_search.indexing.parts import EmbedMissing, no_vectors
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.store.folders import index_folder
from nexy.utils.clock import SystemClock
from support.source_tree import plant

CONFIG = CodeSearchConfig(
    reading=CodeReadingConfig(settle_seconds=0.02),
    indexing=CodeIndexingConfig(batch_files=2, heartbeat_seconds=0.1, lease_seconds=5, statement_rows=3),
)
_FIND = """SELECT path, symbol FROM code_projects AS project
JOIN code_files AS file ON project_id = project.id AND file.branch = project.branch
JOIN code_chunks USING (project_id, digest)
WHERE project.id = $1::text::uuid AND (symbol = $2 OR path = $2) ORDER BY path, ordinal LIMIT $3"""


@dataclass(slots=True)
class Finder:
    """Answers the self-test from the tables, as whoever asks; `blind` finds nothing."""

    database: Database
    blind: bool = False
    asked: list[FindCode] = field(default_factory=list)

    async def __call__(self, request: FindCode) -> Found:
        self.asked.append(request)
        async with self.database.transaction(Claims(user_id=request.user_id)) as transaction:
            rows = await transaction.fetch(_FIND, request.project_id, request.query, request.limit)
        if self.blind:
            return Found()
        return Found(hits=[hit_of(request, str(row["path"]), str(row["symbol"])) for row in rows])


def hit_of(request: FindCode, path: str, symbol: str) -> Hit:
    return Hit(
        id="", project_id=request.project_id, project="", content="", score=1.0, file_path=path, language="",
        start_line=1, end_line=1, symbol=symbol, why="",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything that a test of indexing needs."""

    indexer: Indexer
    finder: Finder
    database: Database
    home: Path

    async def index(self, source: Path | str, **more: object) -> Report:
        """One run, to its report."""
        *_, report = await self.told(source, **more)
        assert isinstance(report, Report)
        return report

    async def told(self, source: Path | str, **more: object) -> Sequence[IndexProgress | Report]:
        """Everything that one run tells."""
        request = replace(IndexCode(source=str(source)), **more)  # type: ignore[arg-type]
        async with aclosing(await self.indexer.index(request)) as run:
            return [told async for told in run]

    async def facts(self, **who: object) -> Sequence[IndexFacts]:
        """What the status says."""
        return await self.indexer.describe(replace(DescribeIndexes(everyone=not who), **who))  # type: ignore[arg-type]

    async def texts(self, project_id: str) -> dict[str, str]:
        """The text of each file of the newest complete revision, put together from its pieces."""
        query = """SELECT path, string_agg(content, E'\\n' ORDER BY ordinal) AS text FROM code_projects AS project
                   JOIN code_files AS file ON project_id = project.id AND file.branch = project.branch
                   JOIN code_chunks USING (project_id, digest) WHERE project.id = $1::text::uuid GROUP BY path"""
        async with self.database.transaction(SERVICE) as transaction:
            return {str(row["path"]): str(row["text"]) for row in await transaction.fetch(query, project_id)}

    def mapped(self, report: Report | IndexFacts) -> MappedIndex:
        """The index of a revision; raises `IndexDamaged` where there is none."""
        return MappedIndex.open(index_folder(self.home, report.project_id, report.revision))


@asynccontextmanager
async def house_on(
    database: Database, home: Path, config: CodeSearchConfig = CONFIG, embed: EmbedMissing = no_vectors
) -> AsyncIterator[House]:
    """An indexer for the block."""
    finder = Finder(database)
    section = CodeSearchSection(home=str(home), config=config)
    indexer = Indexer(section, database, SystemClock(), find=finder, embed=embed)
    try:
        yield House(indexer=indexer, finder=finder, database=database, home=home)
    finally:
        await indexer.close()


def functions(*names: str) -> str:
    """A Python file with one function per name."""
    return "\n\n".join(f'def {name}(value):\n    """About {name}."""\n    return value + 1' for name in names) + "\n"


async def watched(house: House, source: Path) -> AsyncGenerator[Report, None]:
    """The reports of a watching run."""
    async with aclosing(await house.indexer.index(IndexCode(source=str(source), watch=True))) as run:
        async for told in run:
            if isinstance(told, Report):
                yield told


SHOP = {
    "shop/basket.py": functions("put_into_basket", "take_out"),
    "shop/till.py": functions("total_of"),
    "tests/test_till.py": functions("test_total_of_everything_that_was_put_in"),
    "README.md": "# Shop\n\nSells things.\n",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The shop, in a folder called `work`."""
    return plant(tmp_path / "work", dict(SHOP))


@pytest_asyncio.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """An indexer on a database of its own."""
    async with house_on(database, tmp_path / "home") as made:
        yield made
