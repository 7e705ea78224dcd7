"""One question in one direction: checked, its sight, the kept answer, its vector, ranked, read, told."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial

from nexy.config.code_search_section import CodeSearchConfig
from nexy.contracts.clock import Clock
from nexy.contracts.code_search import FindCode, Found, SearchedIndex
from nexy.contracts.database import Database
from nexy.contracts.errors import Unavailable
from nexy.modules.code_search.ranking.question import read_question
from nexy.modules.code_search.searching.answers import Basis, KeptAnswers, basis_of
from nexy.modules.code_search.searching.checks import Wish, checked
from nexy.modules.code_search.searching.contents import contents_of
from nexy.modules.code_search.searching.hits import LIGHTRAG, hits_of, wanted_of, with_prose
from nexy.modules.code_search.searching.meaning import NO_MODEL, Meaning, meaning_of
from nexy.modules.code_search.searching.nearest import Nearest, NearestPieces
from nexy.modules.code_search.searching.open_indexes import OpenIndexes, OpenProjects
from nexy.modules.code_search.searching.prose import Passages, ProseSource
from nexy.modules.code_search.searching.ranked import Mark, Rank, RankingTask, Sense
from nexy.modules.code_search.searching.visible import Scope, scope_of, searched_index, visible_projects
from nexy.modules.code_search.vectors.embedder import Embedder
from nexy.utils.spare_threads import SpareThreads
from nexy.utils.supervisor import owned_task

VECTORS = "vectors"
CODE = "code"
NO_INDEX = "nothing is indexed yet; `nexy index PATH` makes an index"
_NO_VECTORS = "the code has no vectors of this model yet"
_log = logging.getLogger("nexy.code_search")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchParts:
    """What answers are made with.

    Without an `embedder` and `nearest` nothing is compared by meaning, and `model_problem` says why.
    """

    database: Database
    clock: Clock
    config: CodeSearchConfig
    threads: SpareThreads
    indexes: OpenIndexes
    prose: ProseSource
    rank: Rank
    mark: Mark
    sense: Sense
    embedder: Embedder | None = None
    nearest: NearestPieces | None = None
    model_problem: str = NO_MODEL


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """One question on its way; `prose` says whether documents are asked too."""

    wish: Wish
    scope: Scope
    basis: Basis
    prose: bool


class CodeFinder:
    """Answers `FindCode`."""

    def __init__(self, parts: SearchParts) -> None:
        self._parts = parts
        self._answers = KeptAnswers(parts.config, parts.clock, parts.sense)

    async def find(self, request: FindCode) -> Found:
        """The best places of what the person may see.

        Raises `ValidationFailed`, `NotFound`, and `Unavailable` while the database is away, too much waits
        (`code_search_busy`) or the only index is being made again.
        """
        began = self._parts.clock.monotonic()
        search = await self._begun(request)
        # Who may see what is asked of the database every time, so a kept answer is safe to give.
        kept = self._answers.same(search.basis, search.wish.query)
        found = await self._searched(search) if kept is None else replace(kept, cached=True, calls=())
        self._tell(search, found, self._parts.clock.monotonic() - began)
        return found

    async def _begun(self, request: FindCode) -> _Search:
        parts = self._parts
        wish = checked(request, parts.config)
        scope = scope_of(await visible_projects(parts.database, wish.user_id), wish.project, wish.context)
        prose = parts.prose.wants(wish, whole_sight=scope.whole)
        model = "" if parts.embedder is None else parts.embedder.model
        with_prose = prose and parts.prose.opens_to(wish.user_id)
        basis = basis_of(wish, scope, with_prose=with_prose, model=model)
        return _Search(wish=wish, scope=scope, basis=basis, prose=prose)

    async def _searched(self, search: _Search) -> Found:
        wish = search.wish
        async with self._asking_prose(search) as passages:
            meaning = await self._meaning(wish)
            alike = None if meaning.vector is None else self._answers.alike(search.basis, meaning.vector)
            if alike is not None:
                return replace(alike, cached=True, calls=meaning.calls)
            code = await self._code(search, meaning)
            said = await passages
        found = self._with_prose(code, wish, said)
        lasting = {name for name, lasts in ((VECTORS, meaning.lasting), (LIGHTRAG, not said.asked)) if lasts}
        # What is missing, or older than it is called, for a moment may be there for the next who asks.
        if set(found.left_out) <= lasting and found.index == search.scope.index:
            self._answers.keep(search.basis, wish.query, found, meaning.vector)
        return found

    @asynccontextmanager
    async def _asking_prose(self, search: _Search) -> AsyncGenerator[Awaitable[Passages], None]:
        """Beside the search, and no longer than it."""
        work = self._parts.prose.ask(search.wish) if search.prose else _no_passages()
        async with owned_task(work) as task:
            yield task

    async def _meaning(self, wish: Wish) -> Meaning:
        parts = self._parts
        # Most models know English only.
        asked = read_question(wish.query, parts.config.ranking.words).for_vectors
        return await meaning_of(asked, wish.kind, parts.embedder, parts.config.vectors, parts.model_problem)

    async def _code(self, search: _Search, meaning: Meaning) -> Found:
        """What the code holds, with the hits that the person may read at this moment."""
        parts, wish, scope = self._parts, search.wish, search.scope
        if not scope.searchable:
            return Found(index=scope.index, left_out={CODE: NO_INDEX})
        opened = await parts.indexes.of(scope.searchable)
        # One broken index among several is left out; alone it is the answer.
        if not opened.there:
            raise opened.problem
        nearest = await self._near(wish, opened, meaning)
        task = RankingTask(wish=wish, words=scope.words, projects=opened.there, near=nearest.near)
        ranked = await parts.threads.run(partial(parts.rank, task))
        # What was mapped is no proof of a right: the database shows what this person may see at this moment.
        contents = await contents_of(parts.database, wish.user_id, wanted_of(ranked.places))
        hits = await parts.threads.run(partial(hits_of, wish.query, ranked.places, contents, parts.mark))
        return Found(
            hits=hits,
            total=ranked.total,
            index=searched_state(scope, opened),
            provider=meaning.provider,
            model=meaning.model,
            signals=ranked.signals,
            left_out={**nearest.left_out, **_missing(opened)},
            calls=meaning.calls,
        )

    async def _near(self, wish: Wish, opened: OpenProjects, meaning: Meaning) -> Nearest:
        """What lies near the question's vector, or why nothing does."""
        nearest = self._parts.nearest
        if meaning.vector is None or nearest is None:
            return Nearest(left_out={VECTORS: meaning.problem} if meaning.problem else {})
        try:
            found = await nearest.near(meaning.vector, meaning.model, opened.there, wish.user_id)
        except Unavailable as problem:
            return Nearest(left_out={VECTORS: problem.message})
        if any(near is not None for near in found.near):
            return replace(found, left_out={f"{VECTORS} of {name}": why for name, why in found.left_out.items()})
        return Nearest(left_out={VECTORS: next(iter(found.left_out.values()), _NO_VECTORS)})

    def _with_prose(self, code: Found, wish: Wish, passages: Passages) -> Found:
        if passages.problem:
            return replace(code, left_out={**code.left_out, LIGHTRAG: passages.problem})
        if not passages.found:
            return code
        hits = with_prose(code.hits, passages.found, wish.limit, self._parts.prose.config)
        total = code.total + len(passages.found)
        return replace(code, hits=hits, total=total, signals=(*code.signals, LIGHTRAG))

    def _tell(self, search: _Search, found: Found, seconds: float) -> None:
        context = {
            "kind": search.wish.kind.value, "projects": len(search.scope.projects), "hits": len(found.hits),
            "total": found.total, "signals": list(found.signals), "left_out": sorted(found.left_out),
            "cached": found.cached, "stale": found.index.stale, "ms": round(seconds * 1000, 1),
        }  # fmt: skip
        _log.info("code searched", extra={"decision": "search", "ctx": context})


async def _no_passages() -> Passages:
    return Passages()


def searched_state(scope: Scope, opened: OpenProjects) -> SearchedIndex:
    """What was really asked: where an older revision answers, or one is missing, the files are further."""
    searched = [one.project for one in opened.there]
    behind = bool(opened.missing) or any(project.stale for project in searched)
    return searched_index(searched, stale=behind or scope.index.stale)


def _missing(opened: OpenProjects) -> Mapping[str, str]:
    return {f"project {name}": problem.message for name, problem in opened.missing.items()}
