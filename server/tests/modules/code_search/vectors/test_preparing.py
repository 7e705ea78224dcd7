"""A revision's file of vectors comes from the database."""

from pathlib import Path

import numpy as np
import pytest

from nexy.config.code_search_section import CodeVectorsConfig
from nexy.modules.code_search.vectors import preparing
from nexy.modules.code_search.vectors.matrix import VectorMatrix, matrix_path
from nexy.modules.code_search.vectors.preparing import make_matrix
from nexy.modules.code_search.vectors.scripted import ScriptedEmbedder
from nexy.modules.database.module import DatabaseModule
from support.code_store import stores_on
from support.vectored_code import VectoredCode, vectored_code

pytestmark = pytest.mark.slow
FILES = {"a.py": ("a", "openSocket", "closeSocket"), "b.py": ("b", "login"), "copy.py": ("a",)}
EMBEDDER = ScriptedEmbedder(16)


async def _code(database: DatabaseModule) -> VectoredCode:
    return await vectored_code(stores_on(database), FILES, CodeVectorsConfig(store="numpy"))


@pytest.mark.parametrize("at_once", [1, 2, 100])
async def test_every_document_gets_its_own_vector(
    at_once: int, database: DatabaseModule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many are read at once; a content at two paths stands at both."""
    monkeypatch.setattr(preparing, "_READ_AT_ONCE", at_once)
    code = await _code(database)
    await code.fill(EMBEDDER)
    asked = code.index(tmp_path / "index")
    assert await make_matrix(database, asked.project_id, asked.folder, asked.index, EMBEDDER.model) == 5
    matrix = VectorMatrix.open(asked.folder, EMBEDDER.model)
    for text, places in (("login: login()", {("b.py", 0)}),
                         ("close socket: closeSocket()", {("a.py", 1), ("copy.py", 1)})):  # fmt: skip
        near = matrix.nearest((await EMBEDDER.embed([text])).vectors[0], len(places))
        found = [asked.index.place(int(document)) for document in near.documents]
        assert {(place.path, place.ordinal) for place in found} == places
        assert np.allclose(near.likeness, 1, atol=1e-3)


async def test_without_vectors_nothing_is_written(database: DatabaseModule, tmp_path: Path) -> None:
    """An empty file would look like one that is there."""
    code = await _code(database)
    asked = code.index(tmp_path / "index")
    assert await make_matrix(database, asked.project_id, asked.folder, asked.index, EMBEDDER.model) == 0
    assert not matrix_path(asked.folder, EMBEDDER.model).exists()


async def test_what_the_revision_does_not_have_is_left_out(database: DatabaseModule, tmp_path: Path) -> None:
    """Vectors of contents that only another branch has, and documents that have none yet."""
    code = await _code(database)
    await code.fill(EMBEDDER, most=2)
    await code.stores.execute("DELETE FROM code_vectors WHERE ordinal = 1")
    del code.files["b.py"]
    asked = code.index(tmp_path / "index")
    assert await make_matrix(database, asked.project_id, asked.folder, asked.index, EMBEDDER.model) == 2
    near = VectorMatrix.open(asked.folder, EMBEDDER.model).nearest(
        (await EMBEDDER.embed(["open socket"])).vectors[0], 10
    )
    assert {asked.index.place(int(document)).ordinal for document in near.documents} == {0}
