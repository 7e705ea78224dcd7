"""Models of the library fastembed; the library itself is played here."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import numpy as np
import pytest

from nexy.config.code_search_section import CodeVectorsConfig
from nexy.modules.code_search.vectors.embedder import VectorsUnavailable
from nexy.modules.code_search.vectors.fastembed_embedder import FastembedEmbedder

CONFIG = CodeVectorsConfig(threads=2)


class _TextEmbedding:
    made: ClassVar[list[tuple[str, str, int]]] = []

    def __init__(self, model_name: str, cache_dir: str, threads: int) -> None:
        if model_name == "unknown":
            raise ValueError("Model unknown is not supported")
        self.made.append((model_name, cache_dir, threads))

    def passage_embed(self, texts: Sequence[str]) -> Iterator[np.ndarray]:
        yield from (np.array([3.0, 4.0]) for _ in texts)

    def query_embed(self, texts: Sequence[str]) -> Iterator[np.ndarray]:
        yield from (np.array([0.0, 2.0]) for _ in texts)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    played = ModuleType("fastembed")
    played.TextEmbedding = _TextEmbedding  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "fastembed", played)
    monkeypatch.setattr(_TextEmbedding, "made", [])


@pytest.mark.usefixtures("library")
async def test_questions_and_code_are_told_apart(tmp_path: Path) -> None:
    """The model is made once, when it is first asked, and keeps its files below our folder."""
    embedder = FastembedEmbedder("small", tmp_path, CONFIG)
    assert _TextEmbedding.made == []
    assert np.allclose((await embedder.embed(["a", "b"])).vectors, [[0.6, 0.8], [0.6, 0.8]])
    assert (await embedder.embed(["a"], query=True)).vectors.tolist() == [[0.0, 1.0]]
    assert (await embedder.embed([])).vectors.shape == (0, 0)
    assert _TextEmbedding.made == [("small", str(tmp_path / "fastembed"), 2)]
    await embedder.close()


@pytest.mark.usefixtures("library")
async def test_a_model_that_it_does_not_know_is_named(tmp_path: Path) -> None:
    """In its own words."""
    embedder = FastembedEmbedder("unknown", tmp_path, CONFIG)
    with pytest.raises(VectorsUnavailable, match="fastembed has no unknown"):
        await embedder.embed(["a"])
    await embedder.close()


async def test_without_the_library_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is no part of the installation."""
    monkeypatch.setitem(sys.modules, "fastembed", None)
    embedder = FastembedEmbedder("small", tmp_path, CONFIG)
    with pytest.raises(VectorsUnavailable, match="pip install fastembed"):
        await embedder.embed(["a"])
    await embedder.close()
