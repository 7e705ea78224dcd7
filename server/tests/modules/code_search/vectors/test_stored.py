"""Vectors as the database keeps them."""

import numpy as np
import pytest

from nexy.config.code_search_section import CodeVectorsConfig
from nexy.contracts.database import SERVICE, Claims
from nexy.modules.code_search.vectors.scripted import ScriptedEmbedder
from nexy.modules.code_search.vectors.stored import VectorTable, comparable_among, compares, near_in, pieces_of
from nexy.modules.database.module import DatabaseModule
from support.code_store import KEYS, stores_on
from support.vectored_code import vectored_code

pytestmark = pytest.mark.slow
FILES = {"a.py": ("a", "openSocket", "closeSocket"), "b.py": ("b", "login")}
CONFIG = CodeVectorsConfig(store="pgvector")
EMBEDDER = ScriptedEmbedder(16)


async def test_they_are_read_page_by_page(database: DatabaseModule) -> None:
    """In the order of digest and ordinal, each once, as the embedder gave them but for the rounding to halves."""
    code = await vectored_code(stores_on(database), FILES, CONFIG)
    await code.fill(EMBEDDER)
    table = VectorTable(code.lease.project.id, EMBEDDER.model)
    first = await table.read(database, SERVICE, None, 2)
    rest = await table.read(database, SERVICE, first.after, 2)
    assert (first.digests, first.ordinals, first.after) == ([KEYS["a"]] * 2, [0, 1], (KEYS["a"], 1))
    assert (rest.digests, rest.ordinals, rest.after) == ([KEYS["b"]], [0], None)
    wanted = (await EMBEDDER.embed(["open socket: openSocket()"])).vectors[0]
    assert np.allclose(first.rows[0], wanted, atol=1e-3)


async def test_a_row_of_another_length_is_left_out(database: DatabaseModule) -> None:
    """A provider may change a model behind its name."""
    code = await vectored_code(stores_on(database), FILES, CONFIG)
    await code.fill(EMBEDDER)
    await code.stores.execute("UPDATE code_vectors SET vector = vector || vector WHERE ordinal = 1")
    page = await VectorTable(code.lease.project.id, EMBEDDER.model).read(database, SERVICE, None, 10)
    assert (page.ordinals, page.rows.shape) == ([0, 0], (2, 16))


async def test_the_database_looks_at_the_newest_revision_alone(database: DatabaseModule) -> None:
    """What only another branch has, or has no longer, is not near."""
    code = await vectored_code(stores_on(database), FILES, CONFIG)
    await code.fill(EMBEDDER)
    await code.stores.execute("DELETE FROM code_files WHERE path = 'b.py'")
    question = (await EMBEDDER.embed(["login"])).vectors[0]
    async with database.transaction(Claims()) as transaction:
        assert await compares(transaction)
        found = await near_in(transaction, [code.lease.project.id], EMBEDDER.model, question, 10)
    ((project_id, pieces),) = pieces_of(found).items()
    assert project_id == code.lease.project.id
    assert {digest for digest, _, _ in pieces} == {KEYS["a"]}


async def test_many_projects_are_compared_in_one_statement(database: DatabaseModule) -> None:
    """Each gives as many of its nearest as are asked for; one without vectors, or with half of them, is left out."""
    stores = stores_on(database)
    first, second, half = [await vectored_code(stores, FILES, CONFIG, name) for name in ("one", "two", "half")]
    for code in (first, second, half):
        await code.fill(EMBEDDER)
    empty = await vectored_code(stores, FILES, CONFIG, "empty")
    ids = [code.lease.project.id for code in (first, second, half, empty)]
    await stores.execute(f"UPDATE code_vectors SET embedding = NULL WHERE ordinal = 0 AND project_id = '{ids[2]}'")
    question = (await EMBEDDER.embed(["close the socket"])).vectors[0]
    async with database.transaction(Claims()) as transaction:
        assert await comparable_among(transaction, ids, EMBEDDER.model) == {*ids[:2]}
        assert await comparable_among(transaction, ids, "another") == frozenset()
        pieces = pieces_of(await near_in(transaction, ids[:2], EMBEDDER.model, question, 2))
    assert {project: len(found) for project, found in pieces.items()} == dict.fromkeys(ids[:2], 2)
    assert all((found[0][0], found[0][1]) == (KEYS["a"], 1) for found in pieces.values())
    assert all(found[0][2] > found[1][2] for found in pieces.values())
