"""The vector of a question, or why there is none."""

import asyncio
from collections.abc import Sequence

import pytest

from nexy.config.code_search_section import CodeVectorsConfig
from nexy.contracts.code_search import SearchKind
from nexy.contracts.errors import BudgetExhausted
from nexy.contracts.words import WordsUsage
from nexy.modules.code_search.searching.meaning import Meaning, meaning_of
from nexy.modules.code_search.vectors.embedder import Embedded
from nexy.modules.code_search.vectors.scripted import ScriptedEmbedder
from support.virtual_time import run_virtual

_CONFIG = CodeVectorsConfig(query_timeout_seconds=2.0)
_CALL = WordsUsage(provider="ollama", model="nomic", input_tokens=3, output_tokens=0)


class _Outside(ScriptedEmbedder):
    """A model of a provider, which counts and may be slow."""

    def __init__(self, seconds: float = 0.0, failure: Exception | None = None) -> None:
        super().__init__()
        self._seconds, self._failure = seconds, failure
        self.as_query: list[bool] = []

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Embedded:
        self.as_query.append(query)
        await asyncio.sleep(self._seconds)
        if self._failure is not None:
            raise self._failure
        return Embedded(vectors=(await super().embed(texts)).vectors, calls=(_CALL,))


@pytest.mark.parametrize("kind", [SearchKind.KEYWORD, SearchKind.GRAPH])
async def test_kinds_without_vectors_ask_no_model(kind: SearchKind) -> None:
    """Neither a vector nor a reason: nothing is missing."""
    embedder = ScriptedEmbedder()
    assert await meaning_of("a", kind, embedder, _CONFIG) == Meaning()
    assert not embedder.texts


@pytest.mark.parametrize("kind", [SearchKind.HYBRID, SearchKind.SEMANTIC])
async def test_without_a_model_the_reason_lasts(kind: SearchKind) -> None:
    """The variable is named, or what the operator was told at the start."""
    none = await meaning_of("a", kind, None, _CONFIG)
    assert none.lasting
    assert "CODE_VECTORS_MODEL" in none.problem
    assert (await meaning_of("a", kind, None, _CONFIG, "the folder is gone")).problem == "the folder is gone"


async def test_a_question_is_embedded_as_a_question() -> None:
    """The model is told that it is a question, and whoever made the vector is named with what it cost."""
    embedder = _Outside()
    meaning = await meaning_of("where", SearchKind.HYBRID, embedder, _CONFIG)
    assert embedder.as_query == [True]
    assert meaning.vector is not None
    assert (meaning.provider, meaning.model, meaning.calls) == ("ollama", embedder.model, (_CALL,))


async def test_a_model_on_this_machine_costs_nothing() -> None:
    """Its name is told, its provider is "offline", and there is nothing for the ledger."""
    meaning = await meaning_of("where", SearchKind.HYBRID, ScriptedEmbedder(), _CONFIG)
    assert (meaning.provider, meaning.model, meaning.calls) == ("offline", "scripted/64", ())


def test_a_slow_model_is_given_up() -> None:
    """After `query_timeout_seconds` the search goes on; the next question may be luckier."""
    meaning = run_virtual(meaning_of("where", SearchKind.HYBRID, _Outside(seconds=3.0), _CONFIG))
    assert (meaning.vector, meaning.lasting) == (None, False)
    assert "2 s" in meaning.problem


async def test_any_failure_is_a_reason() -> None:
    """Whatever the router refuses with is told in its words, and nothing is raised."""
    meaning = await meaning_of("where", SearchKind.HYBRID, _Outside(failure=BudgetExhausted("spent")), _CONFIG)
    assert (meaning.vector, meaning.problem, meaning.lasting) == (None, "spent", False)
