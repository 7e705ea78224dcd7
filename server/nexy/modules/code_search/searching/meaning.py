"""The vector of a question, within its time; without it the search goes on and says so."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nexy.config.code_search_section import CodeVectorsConfig
from nexy.contracts.code_search import SearchKind
from nexy.contracts.errors import NexyError
from nexy.contracts.words import WordsUsage
from nexy.modules.code_search.vectors.embedder import Embedder

if TYPE_CHECKING:
    from nexy.modules.code_search.postings.asking import Singles

_OFFLINE = "offline"
WITHOUT_VECTORS = (SearchKind.KEYWORD, SearchKind.GRAPH)
NO_MODEL = "no model is configured; CODE_VECTORS_MODEL names one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A question's vector and what it cost, or why there is none; both are empty where none is wanted.

    `lasting`: the problem is one that only the operator ends.
    """

    vector: "Singles | None" = None
    problem: str = ""
    lasting: bool = False
    model: str = _OFFLINE
    provider: str = _OFFLINE
    calls: Sequence[WordsUsage] = ()


async def meaning_of(
    query: str, kind: SearchKind, embedder: Embedder | None, config: CodeVectorsConfig, absence: str = NO_MODEL
) -> Meaning:
    """Ask the model, if there is one and this kind of search compares vectors; `absence` is why there is none."""
    if kind in WITHOUT_VECTORS:
        return Meaning()
    if embedder is None:
        return Meaning(problem=absence, lasting=True)
    try:
        async with asyncio.timeout(config.query_timeout_seconds):
            embedded = await embedder.embed([query], query=True)
    except TimeoutError:
        return Meaning(problem=f"the model took longer than {config.query_timeout_seconds:g} s")
    except NexyError as problem:
        return Meaning(problem=problem.message)
    # Only a provider's model counts what it was asked.
    provider = embedded.calls[0].provider if embedded.calls else _OFFLINE
    return Meaning(vector=embedded.vectors[0], model=embedder.model, provider=provider, calls=embedded.calls)
