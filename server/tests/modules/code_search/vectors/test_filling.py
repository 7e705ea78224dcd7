"""Every piece of a branch gets its vector, once."""

from collections.abc import Sequence

import numpy as np
import pytest

from nexy.config.code_search_section import CodeVectorsConfig
from nexy.contracts.errors import Unavailable
from nexy.contracts.words import WordsUsage
from nexy.modules.code_search.store.leases import LeaseLost
from nexy.modules.code_search.vectors.embedder import Embedded, VectorsUnavailable
from nexy.modules.code_search.vectors.scripted import ScriptedEmbedder
from nexy.modules.database.module import DatabaseModule
from support.code_store import stores_on
from support.vectored_code import VectoredCode, vectored_code

pytestmark = pytest.mark.slow
FILES = {"src/net/pool.py": ("a", "openSocket", "close"), "b.py": ("b", "login", "logout", "check"),
         "copy.py": ("a",)}  # fmt: skip
CONFIG = CodeVectorsConfig(batch=2, query_timeout_seconds=0.01, attempts=3)


async def _code(database: DatabaseModule, config: CodeVectorsConfig = CONFIG) -> VectoredCode:
    return await vectored_code(stores_on(database), FILES, config)


class _Refusing(ScriptedEmbedder):
    """Fails some times before it works."""

    def __init__(self, failure: Unavailable, times: int) -> None:
        super().__init__(8)
        self._failure, self._times = failure, times

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Embedded:
        self._times -= 1
        if self._times >= 0:
            raise self._failure
        return await super().embed(texts, query=query)


async def test_every_content_is_embedded_once(database: DatabaseModule) -> None:
    """Batch by batch, with symbol and code; a content at two paths counts once."""
    code, embedder = await _code(database), ScriptedEmbedder(8)
    told = await code.fill(embedder)
    assert [(one.done, one.total) for one in told] == [(0, 5), (2, 5), (4, 5), (5, 5)]
    assert embedder.texts[0] == "open socket: openSocket()"
    assert await code.stores.count("code_vectors") == 5
    assert [(one.done, one.total) for one in await code.fill(embedder)] == [(0, 0)]
    assert len(embedder.texts) == 5


async def test_a_run_that_breaks_off_is_gone_on_with(database: DatabaseModule) -> None:
    """What it had made stays, and is not made again."""
    code, embedder = await _code(database), ScriptedEmbedder(8)
    await code.fill(embedder, most=2)
    assert await code.stores.count("code_vectors") == 2
    assert [(one.done, one.total) for one in await code.fill(embedder)] == [(0, 3), (2, 3), (3, 3)]
    assert len(embedder.texts) == 5


async def test_a_run_that_lost_the_project_writes_nothing(database: DatabaseModule) -> None:
    """Another one holds it now."""
    code = await _code(database)
    await code.stores.run_out(code.lease)
    await code.stores.leases.take(code.lease.project)
    with pytest.raises(LeaseLost):
        await code.fill(ScriptedEmbedder(8))
    assert await code.stores.count("code_vectors") == 0


async def test_another_model_takes_the_place_of_the_old_one(database: DatabaseModule) -> None:
    """Once all its vectors are there."""
    code = await _code(database)
    await code.fill(ScriptedEmbedder(8))
    await code.fill(ScriptedEmbedder(4), most=2)
    assert await code.stores.count("code_vectors WHERE model = 'scripted/8'") == 5
    await code.fill(ScriptedEmbedder(4))
    assert await code.stores.count("code_vectors WHERE model = 'scripted/8'") == 0
    assert await code.stores.count("code_vectors WHERE model = 'scripted/4'") == 5


async def test_a_busy_model_is_waited_for(database: DatabaseModule) -> None:
    """Questions come first; after `attempts` it gives up."""
    busy = Unavailable("too much", code="vectors_busy", retry_after_seconds=0.0)
    code = await _code(database)
    await code.fill(_Refusing(busy, 2))
    assert await code.stores.count("code_vectors") == 5
    other = await vectored_code(code.stores, {"x.py": ("c",)}, CONFIG, "other")
    with pytest.raises(Unavailable, match="too much"):
        await other.fill(_Refusing(busy, 3))


async def test_a_model_that_is_missing_is_not_waited_for(database: DatabaseModule) -> None:
    """It will not come by waiting."""
    code, embedder = await _code(database), _Refusing(VectorsUnavailable("not installed"), 1)
    with pytest.raises(VectorsUnavailable):
        await code.fill(embedder)
    assert embedder.texts == []


async def test_what_it_costs_is_told(database: DatabaseModule) -> None:
    """Each batch with its calls."""
    call = WordsUsage(provider="openai", model="m", input_tokens=9, output_tokens=0)

    class _Paid(ScriptedEmbedder):
        async def embed(self, texts: Sequence[str], *, query: bool = False) -> Embedded:
            return Embedded(vectors=np.ones((len(texts), 2), np.float32), calls=(call,))

    told = await (await _code(database)).fill(_Paid())
    assert [one.calls for one in told] == [(), (call,), (call,), (call,)]


@pytest.mark.parametrize(("config", "comparable"), [
    (CodeVectorsConfig(store="auto"), 5), (CodeVectorsConfig(store="pgvector", pgvector_pieces=0), 5),
    (CodeVectorsConfig(store="numpy"), 0), (CodeVectorsConfig(store="auto", pgvector_pieces=6), 0),
])  # fmt: skip
async def test_the_database_gets_what_it_is_to_compare(
    config: CodeVectorsConfig, comparable: int, database: DatabaseModule
) -> None:
    """Never for numpy, always for pgvector, and otherwise for a project of few pieces (here seven)."""
    code = await _code(database, config)
    await code.fill(ScriptedEmbedder(8))
    assert await code.stores.count("code_vectors WHERE embedding IS NOT NULL") == comparable
