"""What lies near a question, by the database and by a mapped file."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from nexy.config.code_search_section import CodeSearchConfig, CodeVectorsConfig
from nexy.contracts.database import SERVICE
from nexy.modules.code_search.vectors.matrix import matrix_path
from nexy.modules.code_search.vectors.near import AskedIndex, NearFound, NearSearch
from nexy.modules.code_search.vectors.preparing import make_matrix
from nexy.modules.code_search.vectors.scripted import ScriptedEmbedder
from nexy.modules.database.module import DatabaseModule
from nexy.utils.spare_threads import SpareThreads
from support.clock import FakeClock
from support.code_store import stores_on
from support.vectored_code import VectoredCode, vectored_code

pytestmark = pytest.mark.slow
FILES = {"a.py": ("a", "openSocket", "closeSocket"), "b.py": ("b", "login", "logout", "checkLogin"),
         "copy.py": ("a",), "d.py": ("d", "drawCircle")}  # fmt: skip
EMBEDDER = ScriptedEmbedder(32)
NUMPY, PGVECTOR = CodeVectorsConfig(store="numpy"), CodeVectorsConfig(store="pgvector")


@pytest_asyncio.fixture
async def threads() -> AsyncIterator[SpareThreads]:
    threads = SpareThreads("near", threads=1, waiting=8, retry_seconds=1)
    yield threads
    await threads.close()


async def _filled(database: DatabaseModule, config: CodeVectorsConfig = PGVECTOR) -> VectoredCode:
    code = await vectored_code(stores_on(database), FILES, config)
    await code.fill(EMBEDDER)
    return code


def _search(
    code: VectoredCode, threads: SpareThreads, config: CodeVectorsConfig, clock: FakeClock | None = None
) -> NearSearch:
    return NearSearch(code.stores.database, threads, CodeSearchConfig(vectors=config), clock or FakeClock())


async def _asked(search: NearSearch, asked: AskedIndex, question: str = "log in") -> NearFound:
    vector = (await EMBEDDER.embed([question], query=True)).vectors[0]
    return await search.near(vector, EMBEDDER.model, [asked], "")


async def _settled(search: NearSearch) -> None:
    """Wait until nothing is being made any more."""
    await search._supervisor.finish(30)


async def test_the_database_and_the_file_find_the_same(
    database: DatabaseModule, threads: SpareThreads, tmp_path: Path
) -> None:
    """The same documents in the same order, with the same likeness but for the error of a float."""
    code = await _filled(database)
    asked = code.index(tmp_path / "index")
    made = await make_matrix(database, asked.project_id, asked.folder, asked.index, EMBEDDER.model)
    assert made == asked.index.documents == 8
    for question in ("log in", "close the socket", "circle", "openSocket"):
        vector = (await EMBEDDER.embed([question], query=True)).vectors[0]
        given = []
        for config in (NUMPY, PGVECTOR):
            search = _search(code, threads, config)
            found = await search.near(vector, EMBEDDER.model, [asked], "")
            given.append(found.by_project[asked.project_id])
            await search.cleanup()
        assert given[0].documents.tolist() == given[1].documents.tolist()
        assert np.allclose(given[0].likeness, given[1].likeness, atol=1e-5)


async def test_the_best_is_the_one_that_is_meant(
    database: DatabaseModule, threads: SpareThreads, tmp_path: Path
) -> None:
    """And a content at two paths is near at both."""
    code = await _filled(database)
    asked = code.index(tmp_path / "index")
    search = _search(code, threads, CodeVectorsConfig())
    near = (await _asked(search, asked, "draw circle")).by_project[asked.project_id]
    assert asked.index.place(int(near.documents[0])).path == "d.py"
    near = (await _asked(search, asked, "close socket")).by_project[asked.project_id]
    first, second = (asked.index.place(int(document)) for document in near.documents[:2])
    assert {(first.path, first.ordinal), (second.path, second.ordinal)} == {("a.py", 1), ("copy.py", 1)}
    await search.cleanup()


@pytest.mark.parametrize("damage", [False, True])
async def test_a_file_that_is_no_use_is_made_again(
    damage: bool, database: DatabaseModule, threads: SpareThreads, tmp_path: Path
) -> None:
    """Beside the question, which goes on without; the next one has it."""
    code = await _filled(database)
    asked = code.index(tmp_path / "index")
    if damage:
        matrix_path(asked.folder, EMBEDDER.model).write_bytes(b"broken")
    search = _search(code, threads, NUMPY)
    found = await _asked(search, asked)
    assert (found.by_project, found.left_out) == ({}, {"shop": "its vectors are being laid out"})
    await _settled(search)
    found = await _asked(search, asked)
    assert (list(found.by_project), found.left_out) == ([asked.project_id], {})
    await search.cleanup()


async def test_without_vectors_it_says_what_makes_them(
    database: DatabaseModule, threads: SpareThreads, tmp_path: Path
) -> None:
    """Whatever compares, and without looking again for every question; when they come, they are found in a while."""
    code = await vectored_code(stores_on(database), FILES, NUMPY)
    asked, clock = code.index(tmp_path / "index"), FakeClock()
    search = _search(code, threads, CodeVectorsConfig(), clock)
    await _asked(search, asked)
    await _settled(search)
    for _ in range(20):
        told = (await _asked(search, asked)).left_out
        assert told == {"shop": "no vectors of scripted/32 yet; `nexy index` makes them"}
        assert search._supervisor.running == 0
    await code.fill(EMBEDDER)
    clock.advance(31)
    await _asked(search, asked)
    await _settled(search)
    assert (await _asked(search, asked)).left_out == {}
    await search.cleanup()


async def test_half_of_the_vectors_in_the_database_are_not_taken_for_all(
    database: DatabaseModule, threads: SpareThreads, tmp_path: Path
) -> None:
    """The file has them all, so it answers."""
    code = await _filled(database)
    await code.stores.execute("UPDATE code_vectors SET embedding = NULL WHERE ordinal = 0")
    asked = code.index(tmp_path / "index")
    await make_matrix(database, asked.project_id, asked.folder, asked.index, EMBEDDER.model)
    search = _search(code, threads, PGVECTOR)
    near = (await _asked(search, asked, "openSocket")).by_project[asked.project_id]
    assert asked.index.place(int(near.documents[0])).ordinal == 0
    await search.cleanup()


async def test_the_database_shows_nobody_what_is_not_hers(
    database: DatabaseModule, threads: SpareThreads, tmp_path: Path
) -> None:
    """Row-level security stands behind the question, should a caller ask for a project that it may not see."""
    owner = "11111111-1111-4111-8111-111111111111"
    stores = stores_on(database)
    await stores.execute(f"INSERT INTO users (id) VALUES ('{owner}')")
    code = await vectored_code(stores, FILES, PGVECTOR, owner_id=owner)
    await code.fill(EMBEDDER)
    asked = code.index(tmp_path / "index")
    search = _search(code, threads, PGVECTOR)
    vector = (await EMBEDDER.embed(["log in"])).vectors[0]
    hers = await search.near(vector, EMBEDDER.model, [asked], owner)
    assert len(hers.by_project[asked.project_id].documents) > 0
    assert (await search.near(vector, EMBEDDER.model, [asked], "")).by_project == {}
    await _settled(search)
    await search.cleanup()


async def test_a_restored_database_needs_no_extension(database: DatabaseModule) -> None:
    """No column is of pgvector's types, so a backup goes into a server that has none."""
    async with database.transaction(SERVICE) as transaction:
        rows = await transaction.fetch(
            "SELECT udt_name FROM information_schema.columns WHERE table_name = 'code_vectors' ORDER BY 1"
        )
    assert {row["udt_name"] for row in rows} == {"_float4", "bytea", "int4", "text", "uuid"}
