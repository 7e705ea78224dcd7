"""What lies near a question, in every index that is asked."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from nexy.config.code_search_section import CodeSearchConfig
from nexy.contracts.clock import Clock
from nexy.contracts.database import Claims, Database, Row
from nexy.contracts.errors import NexyError
from nexy.modules.code_search.lately import Lately
from nexy.modules.code_search.postings.asking import Singles
from nexy.modules.code_search.postings.damage import IndexDamaged
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.vectors.filling import wants_database
from nexy.modules.code_search.vectors.matrix import Near
from nexy.modules.code_search.vectors.open_matrices import OpenMatrices
from nexy.modules.code_search.vectors.preparing import make_matrix
from nexy.modules.code_search.vectors.stored import NearPiece, comparable_among, near_in, pieces_of
from nexy.utils.spare_threads import SpareThreads
from nexy.utils.supervisor import TaskSupervisor

_log = logging.getLogger("nexy.code_search")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedIndex:
    """An open index of one project, and the folder that it lies in."""

    project_id: str
    name: str
    revision: int
    folder: Path
    index: MappedIndex


@dataclass(frozen=True, slots=True, kw_only=True)
class NearFound:
    """What is near by the project's id; `left_out` tells by the project's name why nothing of it was compared."""

    by_project: Mapping[str, Near]
    left_out: Mapping[str, str]


_Key = tuple[str, int, str]


class NearSearch:
    """Compares in the database or over mapped files, as configured; both give the same within the error of a float.

    A file that is missing or damaged is made again beside the questions, which go on without it meanwhile; where that
    gave none, it is tried again after `remake_rest_seconds`.
    """

    def __init__(self, database: Database, threads: SpareThreads, config: CodeSearchConfig, clock: Clock) -> None:
        self._database = database
        self._threads = threads
        self._config = config.vectors
        self._matrices = OpenMatrices(config.max_open)
        self._making: set[_Key] = set()
        self._without: Lately[_Key, str] = Lately(clock, config.remake_rest_seconds)
        # One after another, so that many projects leave the database to others.
        self._turn = asyncio.Semaphore()
        self._supervisor = TaskSupervisor("code_search_vectors")

    async def near(self, question: Singles, model: str, asked: Sequence[AskedIndex], user_id: str) -> NearFound:
        """The nearest pieces of each index to the question's vector, under the claims of who asks.

        Raises `Unavailable` while the database is away or too much waits for a thread.
        """
        compared, rows = await self._in_database(question, model, asked, user_id)
        found = await self._threads.run(partial(self._told, question, model, asked, compared, rows))
        by_project: dict[str, Near] = {}
        left_out: dict[str, str] = {}
        for one, near in zip(asked, found, strict=True):
            if isinstance(near, IndexDamaged):
                left_out[one.name] = self._make_again(model, one, near)
            else:
                by_project[one.project_id] = near
        return NearFound(by_project=by_project, left_out=left_out)

    async def _in_database(
        self, question: Singles, model: str, asked: Sequence[AskedIndex], user_id: str
    ) -> tuple[frozenset[str], Sequence[Row]]:
        """The projects that the database compares, and what is near in all of them."""
        small = [one.project_id for one in asked if wants_database(self._config, one.index.documents)]
        if not small:
            return frozenset(), ()
        async with self._database.transaction(Claims(user_id=user_id)) as transaction:
            compared = await comparable_among(transaction, small, model)
            wanted = list(compared)
            return compared, await near_in(transaction, wanted, model, question, self._config.near) if wanted else ()

    def _told(
        self, question: Singles, model: str, asked: Sequence[AskedIndex], compared: frozenset[str], rows: Sequence[Row]
    ) -> Sequence[Near | IndexDamaged]:
        """For each index; in a thread, since all of it keeps a core."""
        pieces = pieces_of(rows)
        return [
            _in_index(pieces.get(one.project_id, ()), one.index, self._config.near)
            if one.project_id in compared
            else self._in_file(question, model, one.folder)
            for one in asked
        ]

    def _in_file(self, question: Singles, model: str, folder: Path) -> Near | IndexDamaged:
        try:
            return self._matrices.of(folder, model).nearest(question, self._config.near)
        except IndexDamaged as damage:
            return damage

    def _make_again(self, model: str, asked: AskedIndex, damage: IndexDamaged) -> str:
        """Begin to make the file, once at a time; returns why there is nothing now."""
        key = (asked.project_id, asked.revision, model)
        told = self._without.get(key)
        if told is not None:
            return told
        if key not in self._making:
            self._making.add(key)
            context = {"project_id": asked.project_id, "revision": asked.revision, "reason": damage.reason}
            _log.info("vectors are laid out again", extra={"decision": "recover", "ctx": context})
            self._supervisor.spawn(self._make(key, asked, model))
        return "its vectors are being laid out"

    async def _make(self, key: _Key, asked: AskedIndex, model: str) -> None:
        try:
            async with self._turn:
                made = await make_matrix(self._database, asked.project_id, asked.folder, asked.index, model)
            if not made:
                self._without.put(key, f"no vectors of {model} yet; `nexy index` makes them")
        except (NexyError, OSError) as problem:
            self._without.put(key, "its vectors cannot be laid out")
            context = {"project_id": asked.project_id, "error": type(problem).__name__}
            _log.warning("vectors cannot be laid out", extra={"decision": "error", "ctx": context})
        finally:
            self._making.discard(key)

    async def cleanup(self) -> None:
        """Stop making files, and let go of those that are open."""
        await self._supervisor.cleanup()
        self._matrices.close()


def _in_index(found: Sequence[NearPiece], index: MappedIndex, most: int) -> Near:
    """The documents of the pieces: a content that several files have stands for one in each."""
    pairs = [
        (first + ordinal, likeness)
        for digest, ordinal, likeness in found
        for first in index.beginnings(digest)
        if likeness > 0 and first + ordinal < index.documents
    ]
    pairs = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:most]
    documents, likeness = zip(*pairs, strict=True) if pairs else ((), ())
    return Near(documents=np.array(documents, np.uint32), likeness=np.array(likeness, np.float32))
