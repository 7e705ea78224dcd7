"""Vectors as the database keeps them: float16, little endian."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nexy.contracts.database import Claims, Database, Row, Transaction
from nexy.modules.code_search.store.rows import number, raw
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.code_search.vectors")
_STORED = np.dtype("<f2")
# Digest, ordinal and likeness.
NearPiece = tuple[bytes, int, float]
# Below every digest.
_START: tuple[bytes, int] = (b"", -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of code that has no vector yet; `content` is its beginning."""

    digest: bytes
    ordinal: int
    symbol: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredVectors:
    """Some vectors in the order of digest and ordinal; `after` is where the next ones begin, None behind the last."""

    digests: Sequence[bytes]
    ordinals: Sequence[int]
    rows: npt.NDArray[np.float16]
    after: tuple[bytes, int] | None


async def compares(transaction: Transaction) -> bool:
    """Whether the database has pgvector."""
    (row,) = await transaction.fetch(_SQL["compares"])
    return bool(row["compares"])


async def comparable_among(transaction: Transaction, project_ids: Sequence[str], model: str) -> frozenset[str]:
    """Those of the projects whose vectors the database can compare, all that are there."""
    rows = await transaction.fetch(_SQL["comparable"], list(map(uuid.UUID, project_ids)), model)
    return frozenset(str(row["project_id"]) for row in rows)


async def near_in(
    transaction: Transaction, project_ids: Sequence[str], model: str, question: npt.NDArray[np.float32], most: int
) -> Sequence[Row]:
    """Of each project the pieces of its newest revision that are most like a question's vector, see `pieces_of`."""
    return await transaction.fetch(_SQL["near"], list(map(uuid.UUID, project_ids)), model, question.tolist(), most)


def pieces_of(rows: Sequence[Row]) -> Mapping[str, Sequence[NearPiece]]:
    """The rows of `near_in` by project, the nearest first."""
    pieces: dict[str, list[NearPiece]] = {}
    for row in rows:
        piece = (raw(row, "digest"), number(row, "ordinal"), float(str(row["likeness"])))
        pieces.setdefault(str(row["project_id"]), []).append(piece)
    return pieces


class VectorTable:
    """The vectors of one project by one model."""

    def __init__(self, project_id: str, model: str) -> None:
        self._project = uuid.UUID(project_id)
        self._model = model

    async def count_missing(self, transaction: Transaction, branch: str) -> int:
        """How many pieces of the branch have no vector."""
        (row,) = await transaction.fetch(_SQL["count_missing"], self._project, branch, self._model)
        return number(row, "missing")

    async def missing(
        self, transaction: Transaction, branch: str, after: Piece | None, characters: int, most: int
    ) -> Sequence[Piece]:
        """The next pieces without a vector, each with as many characters of its content."""
        digest, ordinal = _START if after is None else (after.digest, after.ordinal)
        rows = await transaction.fetch(
            _SQL["missing"], self._project, branch, self._model, digest, ordinal, characters, most
        )
        return [_piece(row) for row in rows]

    async def add(
        self, transaction: Transaction, pieces: Sequence[Piece], vectors: npt.NDArray[np.float32], *, comparable: bool
    ) -> None:
        """Keep one row for each piece; `comparable`: also in the form that the database compares."""
        halves = vectors.astype(_STORED)
        numbers = halves.astype(np.float32).tolist() if comparable else [None] * len(pieces)
        await transaction.execute(
            _SQL["add"],
            self._project,
            self._model,
            [piece.digest for piece in pieces],
            [piece.ordinal for piece in pieces],
            [row.tobytes() for row in halves],
            [None if row is None else "{" + ",".join(map(repr, row)) + "}" for row in numbers],
        )

    async def branch_size(self, transaction: Transaction, branch: str) -> int:
        """How many pieces the branch has; the same content at two paths counts twice."""
        (row,) = await transaction.fetch(_SQL["branch_size"], self._project, branch)
        return number(row, "pieces")

    async def forget_others(self, transaction: Transaction, most: int) -> int:
        """Remove some vectors of other models; returns how many they were."""
        return await transaction.execute(_SQL["forget_others"], self._project, self._model, most)

    async def read(
        self, database: Database, claims: Claims, after: tuple[bytes, int] | None, most: int
    ) -> StoredVectors:
        """The next vectors that this person may see; rows of another length than the first are left out."""
        digest, ordinal = after or _START
        async with database.transaction(claims) as transaction:
            found = await transaction.fetch(_SQL["stored"], self._project, self._model, digest, ordinal, most)
        size = len(raw(found[0], "vector")) if found else 0
        kept = [row for row in found if len(raw(row, "vector")) == size]
        joined = b"".join(raw(row, "vector") for row in kept)
        return StoredVectors(
            digests=[raw(row, "digest") for row in kept],
            ordinals=[number(row, "ordinal") for row in kept],
            rows=np.frombuffer(joined, _STORED).reshape(len(kept), -1) if kept else np.zeros((0, 0), np.float16),
            after=(raw(found[-1], "digest"), number(found[-1], "ordinal")) if len(found) == most else None,
        )


def _piece(row: Row) -> Piece:
    return Piece(
        digest=raw(row, "digest"),
        ordinal=number(row, "ordinal"),
        symbol=str(row["symbol"]),
        content=str(row["content"]),
    )
