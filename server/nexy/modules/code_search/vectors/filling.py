"""Giving a vector to every piece of a branch that has none."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from nexy.config.code_search_section import CodeVectorsConfig
from nexy.contracts.code_search import IndexProgress, IndexStage
from nexy.contracts.database import SERVICE, Database, Transaction
from nexy.contracts.errors import Unavailable
from nexy.contracts.words import WordsUsage
from nexy.modules.code_search.vectors.chunk_text import MOST_CHARACTERS, chunk_text
from nexy.modules.code_search.vectors.embedder import Embedded, Embedder
from nexy.modules.code_search.vectors.stored import Piece, VectorTable, compares

Writing = Callable[[IndexProgress], AbstractAsyncContextManager[Transaction]]
_FORGOTTEN_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """So many of so many pieces have their vector; `calls` are what the last ones cost."""

    done: int
    total: int
    calls: Sequence[WordsUsage] = ()


async def embed_missing(
    database: Database,
    embedder: Embedder,
    project_id: str,
    branch: str,
    config: CodeVectorsConfig,
    writing: Writing,
) -> AsyncGenerator[Filled, None]:
    """Batch after batch, each kept at once: a run that breaks off leaves its vectors to the next one.

    `writing` opens a transaction that is the run's own and raises when the run has lost the project. The first word
    comes before the first batch; nothing more where nothing is missing. Raises what the embedder raises, and
    `Unavailable` while the database is away. Vectors of other models go when all are made.
    """
    table = VectorTable(project_id, embedder.model)
    async with database.transaction(SERVICE) as transaction:
        total = await table.count_missing(transaction, branch)
        pieces = await table.branch_size(transaction, branch)
        comparable = wants_database(config, pieces) and await compares(transaction)
    done, last = 0, None
    yield Filled(done=0, total=total)
    while total:
        async with database.transaction(SERVICE) as transaction:
            batch = await table.missing(transaction, branch, last, MOST_CHARACTERS, config.batch)
        if not batch:
            break
        embedded = await _patiently(embedder, batch, config)
        done, last = min(done + len(batch), total), batch[-1]
        async with writing(IndexProgress(stage=IndexStage.VECTORS, done=done, total=total)) as transaction:
            await table.add(transaction, batch, embedded.vectors, comparable=comparable)
        yield Filled(done=done, total=total, calls=embedded.calls)
    await _forget_others(table, writing, IndexProgress(stage=IndexStage.VECTORS, done=done, total=total))


def wants_database(config: CodeVectorsConfig, pieces: int) -> bool:
    """Whether vectors of so many pieces are to be compared by the database, if it can."""
    match config.store:
        case "numpy":
            return False
        case "pgvector":
            return True
        case _:
            return pieces <= config.pgvector_pieces


async def _patiently(embedder: Embedder, pieces: Sequence[Piece], config: CodeVectorsConfig) -> Embedded:
    """Questions come first: where too many of them wait for the model, try again a little later."""
    texts = [chunk_text(piece.symbol, piece.content) for piece in pieces]
    for _ in range(config.attempts - 1):
        try:
            return await embedder.embed(texts)
        except Unavailable as problem:
            if problem.retry_after_seconds is None:
                raise
            await asyncio.sleep(problem.retry_after_seconds)
    return await embedder.embed(texts)


async def _forget_others(table: VectorTable, writing: Writing, progress: IndexProgress) -> None:
    removed = _FORGOTTEN_AT_ONCE
    while removed >= _FORGOTTEN_AT_ONCE:
        async with writing(progress) as transaction:
            removed = await table.forget_others(transaction, _FORGOTTEN_AT_ONCE)
