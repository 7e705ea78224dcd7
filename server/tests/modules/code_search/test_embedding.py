"""The last stage of a run gives every piece its vector, and lays them out for comparing."""

from pathlib import Path
from typing import Any

import pytest

from nexy.config.code_search_section import CodeVectorsConfig
from nexy.contracts.code_search import DescribeIndexes, FindCode, ForeseeSearch, IndexState, SearchKind
from nexy.contracts.request import Request
from nexy.contracts.routing import Embeddings, EmbedTexts, ForeseeVectors
from nexy.contracts.usage import Expected
from nexy.contracts.words import WordsUsage
from nexy.modules.code_search.store.folders import index_folder
from nexy.modules.code_search.vectors.matrix import matrix_path
from nexy.modules.database.module import DatabaseModule
from support.code_desk import Desk, desk
from support.source_tree import plant

pytestmark = pytest.mark.slow
_SCRIPTED = CodeVectorsConfig(model="scripted", store="numpy", batch=2)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = {f"m{n}.py": f"def work_{word}():\n    return {n}\n" for n, word in enumerate(("red", "green", "blue"))}
    return plant(tmp_path / "paint", dict(files))


async def _nearest(here: Desk, query: str) -> tuple[str, bool]:
    found = await here.find(query, kind=SearchKind.SEMANTIC)
    return found.hits[0].symbol, "vectors" in found.signals


async def test_vectors_are_ready_when_the_run_ends(database: DatabaseModule, tmp_path: Path, tree: Path) -> None:
    """Every piece has its vector, their file lies beside the index, and the first question is answered with it."""
    async with desk(database, tmp_path / "home", vectors=_SCRIPTED) as here:
        report = await here.index(tree)
        folder = index_folder(here.home, report.project_id, report.revision)
        assert matrix_path(folder, report.model).is_file()
        assert (report.vectors, await _nearest(here, "work green")) == (report.chunks, ("work_green", True))


async def test_only_what_is_new_is_embedded(database: DatabaseModule, tmp_path: Path, tree: Path) -> None:
    """A run without changes asks the model nothing; one with a new file asks for that file alone."""
    async with desk(database, tmp_path / "home", vectors=_SCRIPTED) as here:
        await here.index(tree)
        assert (await here.index(tree)).vectors == 0
        (tree / "m9.py").write_text("def work_violet():\n    return 9\n")
        assert (await here.index(tree)).vectors == 1
        assert await _nearest(here, "work violet") == ("work_violet", True)


async def test_a_model_that_comes_later_serves_the_same_revision(
    database: DatabaseModule, tmp_path: Path, tree: Path
) -> None:
    """What was indexed without a model gets its vectors by the next run, and answers given before are not repeated."""
    async with desk(database, tmp_path / "home") as here:
        first = await here.index(tree)
        assert (first.vectors, first.model) == (0, "")
    async with desk(database, tmp_path / "home", vectors=_SCRIPTED) as here:
        assert not (await _nearest(here, "work green"))[1]
        second = await here.index(tree)
        assert (second.revision, second.vectors) == (first.revision, first.chunks)
        assert await _nearest(here, "work green") == ("work_green", True)
        (facts,) = await here.module.process(DescribeIndexes())
        assert (facts.with_vectors, facts.model) == (facts.chunks, second.model)


async def test_a_disk_without_room_for_the_layout_is_told(
    database: DatabaseModule, tmp_path: Path, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index answers without vectors, and its status says why."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nexy.modules.code_search.vectors.preparing.MatrixFile", full)
    async with desk(database, tmp_path / "home", vectors=_SCRIPTED) as here:
        report = await here.index(tree)
        (facts,) = await here.module.process(DescribeIndexes())
    assert (report.vectors, facts.state) == (0, IndexState.READY)
    assert "without vectors: the index cannot be written" in facts.problem
    assert "No space left" in facts.problem


class _Router:
    """Counts a token for each text."""

    async def process(self, request: Request[Any]) -> Any:
        if isinstance(request, ForeseeVectors):
            return Expected(input_tokens=len(request.texts), models=(("openai", "m"),))
        assert isinstance(request, EmbedTexts)
        rows = [(1.0, float(len(text))) for text in request.texts]
        return Embeddings(provider="openai", model="m", vectors=rows, input_tokens=len(rows), request_id="r")


async def test_what_a_provider_s_vectors_cost_is_told(database: DatabaseModule, tmp_path: Path, tree: Path) -> None:
    """The report sums it up, and of a question it is foreseen."""
    routed = CodeVectorsConfig(model="openai:m", store="numpy", batch=2)
    async with desk(database, tmp_path / "home", router=_Router(), vectors=routed) as here:
        report = await here.index(tree)
        foreseen = [
            await here.module.process(ForeseeSearch(wish=FindCode(query="work", kind=kind))) for kind in SearchKind
        ]
    assert report.calls == (WordsUsage(provider="openai", model="m", input_tokens=report.chunks, output_tokens=0),)
    paid = {kind for kind, expected in zip(SearchKind, foreseen, strict=True) if expected.models}
    assert paid == {SearchKind.HYBRID, SearchKind.SEMANTIC}


async def test_what_this_machine_makes_is_free(database: DatabaseModule, tmp_path: Path) -> None:
    """Nothing is foreseen, with a model and without one."""
    for vectors in (_SCRIPTED, CodeVectorsConfig()):
        async with desk(database, tmp_path / "home", vectors=vectors) as here:
            assert await here.module.process(ForeseeSearch(wish=FindCode(query="work"))) == Expected()
