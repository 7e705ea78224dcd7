"""What lies near a question in many projects at once, without a database that compares."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np

from nexy.config.code_search_section import CodeSearchConfig, CodeVectorsConfig
from nexy.modules.code_search.postings.building import build_index
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.vectors import near as near_module
from nexy.modules.code_search.vectors.matrix import write_matrix
from nexy.modules.code_search.vectors.near import AskedIndex, NearSearch
from nexy.utils.spare_threads import SpareThreads
from support.clock import FakeClock
from support.code_shelf import ShelvedFile, function

_FILE = ShelvedFile(path="a.py", chunks=(function("first"), function("second", line=2)))
_QUESTION = np.array([1, 0], np.float32)


class _Database:
    """Answers what a test gives it; `statements` are what it was asked."""

    def __init__(self, *answers: list[dict[str, object]]) -> None:
        self.answers = list(answers)
        self.statements: list[str] = []
        self.transactions = 0

    @asynccontextmanager
    async def transaction(self, claims: Any) -> AsyncIterator[Any]:
        self.transactions += 1
        yield self

    async def fetch(self, query: str, *values: Any) -> Any:
        self.statements.append(query)
        return self.answers.pop(0) if self.answers else []


def _project(home: Path, number: int, *, vectors: bool = True) -> AskedIndex:
    folder = home / str(number)
    build_index(folder, [_FILE.indexed])
    if vectors:
        write_matrix(folder, "m", np.eye(2, dtype=np.float32))
    index = MappedIndex.open(folder)
    return AskedIndex(project_id=f"{number:032x}", name=str(number), revision=1, folder=folder, index=index)


@asynccontextmanager
async def near_search(database: _Database, *, waiting: int = 0, **vectors: Any) -> AsyncIterator[NearSearch]:
    threads = SpareThreads("near", threads=1, waiting=waiting, retry_seconds=1)
    config = CodeSearchConfig(max_open=2, vectors=CodeVectorsConfig(**vectors))
    search = NearSearch(database, threads, config, FakeClock())
    try:
        yield search
    finally:
        await search.cleanup()
        await threads.close()


async def test_many_small_projects_are_two_statements(tmp_path: Path) -> None:
    """Which of them the database compares, and what is near in all of these; the others are looked up in files."""
    asked = [_project(tmp_path, number) for number in range(12)]
    compared = [one.project_id for one in asked[:10]]
    rows: list[dict[str, object]] = [
        {"project_id": one, "digest": _FILE.digest, "ordinal": 1, "likeness": 0.5} for one in compared
    ]
    database = _Database([{"project_id": one} for one in compared], rows)
    async with near_search(database) as search:
        found = await search.near(_QUESTION, "m", asked, "")
    assert (len(database.statements), database.transactions) == (2, 1)
    given = {project: near.documents.tolist() for project, near in found.by_project.items()}
    assert given == {one: [1] for one in compared} | {one.project_id: [0] for one in asked[10:]}


async def test_nothing_of_it_keeps_the_loop(tmp_path: Path) -> None:
    """Rows become documents in the thread: finding where a content begins reads the whole table of files."""
    told: list[str] = []
    asked = _project(tmp_path, 1)
    original = asked.index.beginnings

    def beginnings(digest: bytes) -> Any:
        told.append(threading.current_thread().name)
        return original(digest)

    asked.index.beginnings = beginnings  # type: ignore[method-assign]
    row: dict[str, object] = {"project_id": asked.project_id, "digest": _FILE.digest, "ordinal": 0, "likeness": 0.5}
    async with near_search(_Database([{"project_id": asked.project_id}], [row])) as search:
        assert (await search.near(_QUESTION, "m", [asked], "")).by_project
    assert told
    assert all(name.startswith("nexy-near") for name in told)


async def test_files_are_laid_out_one_after_another(tmp_path: Path, monkeypatch: Any) -> None:
    """A first question over many projects without files leaves the database to others."""
    together, most = 0, 0

    async def make(*_: Any) -> int:
        nonlocal together, most
        together += 1
        most = max(most, together)
        await asyncio.sleep(0)
        together -= 1
        return 0

    monkeypatch.setattr(near_module, "make_matrix", make)
    asked = [_project(tmp_path, number, vectors=False) for number in range(5)]
    async with near_search(_Database(), store="numpy") as search:
        found = await search.near(_QUESTION, "m", asked, "")
        assert list(found.left_out.values()) == ["its vectors are being laid out"] * 5
        await search._supervisor.finish(30)
        again = await search.near(_QUESTION, "m", asked, "")
    assert most == 1
    assert set(again.left_out.values()) == {"no vectors of m yet; `nexy index` makes them"}


async def test_a_failure_is_not_repeated_by_every_question(tmp_path: Path, monkeypatch: Any) -> None:
    """A full disk is tried again after a while, not twenty times."""
    tried: list[Any] = []

    async def make(*given: Any) -> int:
        tried.append(given)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(near_module, "make_matrix", make)
    asked = _project(tmp_path, 1, vectors=False)
    async with near_search(_Database(), store="numpy") as search:
        for _ in range(20):
            found = await search.near(_QUESTION, "m", [asked], "")
            await search._supervisor.finish(30)
    assert len(tried) == 1
    assert found.left_out == {"1": "its vectors cannot be laid out"}
