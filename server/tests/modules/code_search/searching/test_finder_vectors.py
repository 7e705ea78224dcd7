"""Questions with a model, without one, and with one that fails."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nexy.config.code_search_section import CodeVectorsConfig
from nexy.contracts.code_search import SearchKind
from nexy.contracts.errors import Unavailable
from nexy.modules.code_search.searching.nearest import Nearest
from nexy.modules.code_search.searching.open_indexes import OpenProject
from nexy.modules.code_search.vectors.embedder import Embedded, VectorsUnavailable
from nexy.modules.code_search.vectors.matrix import Near
from nexy.modules.code_search.vectors.scripted import ScriptedEmbedder
from support.code_searching import LOGIN, searching


async def test_without_a_model_search_by_meaning_says_so(tmp_path: Path) -> None:
    """`left_out` names the variable; kinds that need no vectors say nothing of them."""
    async with searching(tmp_path) as search:
        search.shelf.add("app", [LOGIN])
        for kind in (SearchKind.HYBRID, SearchKind.SEMANTIC):
            assert "CODE_VECTORS_MODEL" in (await search.find("login", kind=kind)).left_out["vectors"]
        for kind in (SearchKind.KEYWORD, SearchKind.GRAPH):
            assert not (await search.find("login", kind=kind)).left_out


class _Nearest:
    """Everything of the projects named is near; `problem` is raised instead."""

    def __init__(self, *names: str, problem: Unavailable | None = None) -> None:
        self._names = names
        self._problem = problem

    async def near(self, vector: Any, model: str, projects: Sequence[OpenProject], user_id: str) -> Nearest:
        if self._problem is not None:
            raise self._problem
        there = [one.project.name in self._names for one in projects]
        near = Near(documents=np.zeros(1, np.uint32), likeness=np.ones(1, np.float32))
        left_out = {one.project.name: "none yet" for one, has in zip(projects, there, strict=True) if not has}
        return Nearest(near=[near if has else None for has in there], left_out=left_out)


async def test_a_model_makes_the_questions_vector_once(tmp_path: Path) -> None:
    """The ranking gets what is near; the answer names the model; the same question is not embedded again."""
    embedder = ScriptedEmbedder()
    async with searching(tmp_path, embedder=embedder, nearest=_Nearest("app")) as search:
        search.shelf.add("app", [LOGIN])
        found = await search.find("the login")
        again = await search.find("the login")
        assert len(search.ranked[0].near) == 1
        assert (found.model, "vectors" in found.signals, found.left_out) == (embedder.model, True, {})
        assert again.cached
        assert embedder.texts == ["the login"]
        assert (await search.find("login the")).cached
        assert len(search.ranked) == 1


async def test_a_model_is_asked_a_russian_question_in_english(tmp_path: Path) -> None:
    """Most models know nothing else; the ranking still reads the question as it was written."""
    embedder = ScriptedEmbedder()
    async with searching(tmp_path, embedder=embedder, nearest=_Nearest("app")) as search:
        search.shelf.add("app", [LOGIN])
        await search.find("закрыть соединение")
        assert embedder.texts == ["close connection"]
        assert search.ranked[0].wish.query == "закрыть соединение"


async def test_a_project_without_vectors_is_named(tmp_path: Path) -> None:
    """Where some have vectors and others have not, those are left out by name; where none has, the signal is."""
    async with searching(tmp_path, embedder=ScriptedEmbedder(), nearest=_Nearest("app")) as search:
        search.shelf.add("app", [LOGIN])
        search.shelf.add("bare", [LOGIN])
        assert (await search.find("login")).left_out == {"vectors of bare": "none yet"}
        alone = await search.find("login", project_id="bare")
        assert (alone.left_out, alone.signals, len(alone.hits)) == ({"vectors": "none yet"}, ("lexical",), 1)
        assert not (await search.find("login", project_id="bare")).cached


async def test_vectors_that_cannot_be_compared_leave_the_words(tmp_path: Path) -> None:
    """A failing comparison is told, and the words answer."""
    problem = Unavailable("too much waits")
    async with searching(tmp_path, embedder=ScriptedEmbedder(), nearest=_Nearest(problem=problem)) as search:
        search.shelf.add("app", [LOGIN])
        found = await search.find("login")
    assert (found.left_out, len(found.hits)) == ({"vectors": "too much waits"}, 1)


class _Failing:
    """A model that gives nothing: it raises, or never answers."""

    model = "failing"

    def __init__(self, *, hangs: bool) -> None:
        self._hangs = hangs

    async def embed(self, texts: object, *, query: bool = False) -> Embedded:
        if self._hangs:
            await asyncio.Event().wait()
        raise VectorsUnavailable("the model file is gone")

    async def close(self) -> None: ...


@pytest.mark.parametrize(("hangs", "reason"), [(True, "longer than 0.01 s"), (False, "the model file is gone")])
async def test_a_failing_model_is_left_out_and_not_remembered(tmp_path: Path, hangs: bool, reason: str) -> None:
    """The words answer alone, the reason is told, and the next question tries the model again."""
    vectors = CodeVectorsConfig(query_timeout_seconds=0.01)
    async with searching(tmp_path, embedder=_Failing(hangs=hangs), vectors=vectors) as search:
        search.shelf.add("app", [LOGIN])
        found = await search.find("login")
        assert len(found.hits) == 1
        assert reason in found.left_out["vectors"]
        assert not (await search.find("login")).cached
