"""Vectors from a provider."""

import numpy as np
import pytest

from nexy.contracts.errors import NexyError, Unavailable
from nexy.contracts.request import Request
from nexy.contracts.routing import Embeddings, EmbedTexts, ForeseeVectors
from nexy.contracts.usage import Expected
from nexy.contracts.words import WordsUsage
from nexy.modules.code_search.vectors.embedder import VectorsUnavailable
from nexy.modules.code_search.vectors.routed import RoutedEmbedder
from support.peers import FakePeers


class _Router:
    def __init__(self, *rows: tuple[float, ...]) -> None:
        self.asked: list[EmbedTexts] = []
        self._rows = rows

    async def process(self, request: Request[object]) -> Embeddings:
        assert isinstance(request, EmbedTexts)
        self.asked.append(request)
        return Embeddings(provider="ollama", model="m:latest", vectors=self._rows, input_tokens=7, request_id="r1")


async def test_a_provider_is_asked_once_for_all_texts() -> None:
    """Rows come back with length one, and the call with what it cost."""
    router = _Router((3.0, 4.0), (0.0, 2.0))
    embedded = await RoutedEmbedder("ollama", "m", FakePeers(ai_router=router)).embed(["one", "two\ud800"])
    assert np.allclose(embedded.vectors, [[0.6, 0.8], [0.0, 1.0]])
    assert embedded.calls == (
        WordsUsage(provider="ollama", model="m:latest", input_tokens=7, output_tokens=0, request_id="r1"),
    )
    assert router.asked == [EmbedTexts(texts=("one", "two?"), model="ollama/m")]


async def test_without_texts_nobody_is_asked() -> None:
    """And it costs nothing."""
    router = _Router()
    embedder = RoutedEmbedder("ollama", "m", FakePeers(ai_router=router))
    assert (len((await embedder.embed([])).vectors), router.asked) == (0, [])
    await embedder.close()


async def test_a_broken_answer_is_refused() -> None:
    """One row for two texts."""
    with pytest.raises(VectorsUnavailable, match="2 texts"):
        await RoutedEmbedder("ollama", "m", FakePeers(ai_router=_Router((1.0, 0.0)))).embed(["a", "b"])


async def test_without_a_router_it_is_unavailable() -> None:
    """The search goes on without vectors then."""
    with pytest.raises(Unavailable):
        await RoutedEmbedder("ollama", "m", FakePeers()).embed(["a"])


class _Foreseeing:
    def __init__(self, refusal: NexyError | None = None) -> None:
        self.asked: list[Request[object]] = []
        self._refusal = refusal

    async def process(self, request: Request[object]) -> Expected:
        self.asked.append(request)
        if self._refusal is not None:
            raise self._refusal
        return Expected(input_tokens=2, models=(("ollama", "m"),))


async def test_what_vectors_may_cost_is_known_before() -> None:
    """The router says it; where nobody can be asked nothing is paid."""
    router = _Foreseeing()
    assert (await RoutedEmbedder("ollama", "m", FakePeers(ai_router=router)).foresee(["one"])).input_tokens == 2
    assert router.asked == [ForeseeVectors(texts=("one",), model="ollama/m")]
    for peers in (FakePeers(), FakePeers(ai_router=_Foreseeing(Unavailable("no such provider")))):
        assert await RoutedEmbedder("ollama", "m", peers).foresee(["one"]) == Expected()
