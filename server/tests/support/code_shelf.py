"""Indexed projects without a database and without files to read: what a search meets, made from a few lines of code.

`CodeShelf` stands where the database stands and knows the queries of the search and of making an index again; who sees
what is decided as row-level security decides it: one's own projects and the public ones.
"""

import hashlib
import itertools
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nexy.config.code_search_section import CodeChunkingConfig
from nexy.contracts.database import Claims, Row
from nexy.contracts.errors import Unavailable
from nexy.modules.code_search.chunking.chunk_file import chunk_file
from nexy.modules.code_search.model import Chunk, ChunkedFile, ChunkKind
from nexy.modules.code_search.postings.asking import Concept, QueryTerm
from nexy.modules.code_search.postings.building import build_index
from nexy.modules.code_search.postings.fields import FieldWeights
from nexy.modules.code_search.postings.forward import encode
from nexy.modules.code_search.postings.source import IndexedFile
from nexy.modules.code_search.searching.ranked import Ranked, RankedPlace, RankingTask
from nexy.modules.code_search.store.folders import index_folder
from nexy.modules.code_search.terms.hashing import hash_of
from nexy.modules.code_search.terms.terms import terms_of
from nexy.modules.code_search.version import VERSION
from nexy.utils.code_languages import language_of_file
from nexy.utils.named_sql import named_sql

_SEARCHING = named_sql("nexy.modules.code_search.searching")
_STORE = named_sql("nexy.modules.code_search.store", "contents.sql")
ANN, BOB = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def function(symbol: str, body: str = "pass", *, line: int = 1, kind: ChunkKind = ChunkKind.FUNCTION) -> Chunk:
    """A piece that defines `symbol`; its content is one line of Python."""
    name = symbol.rpartition(".")[2]
    content = f"def {name}(): {body}"
    return Chunk(
        kind=kind, symbol=symbol, name=name, start_line=line, end_line=line, content=content,
        signature=f"def {name}()", code=content,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedFile:
    """A file in pieces."""

    path: str
    chunks: Sequence[Chunk]
    language: str = "python"
    is_test: bool = False

    @property
    def digest(self) -> bytes:
        return hashlib.blake2b(repr(self.chunks).encode(), digest_size=16).digest()

    @property
    def indexed(self) -> IndexedFile:
        chunked = ChunkedFile(language=self.language, chunks=self.chunks)
        return IndexedFile(
            path=self.path, digest=self.digest, language=self.language, forward=encode(chunked), is_test=self.is_test
        )


def shelved(path: str, text: str, config: CodeChunkingConfig | None = None) -> ShelvedFile:
    """A file cut as it is cut for the index."""
    language = language_of_file(path)
    chunks = chunk_file(path, text, language, config or CodeChunkingConfig()).chunks
    return ShelvedFile(path=path, chunks=chunks, language=language)


@dataclass(slots=True, kw_only=True)
class ShelvedProject:
    """A project's row and its files; change what a test wants changed."""

    id: str
    name: str
    owner: str
    revision: int
    files: Sequence[ShelvedFile]
    state: str = "ready"
    held: bool = False
    version: int = VERSION


@dataclass
class CodeShelf:
    """The projects below a home; `fetched` counts the queries by name."""

    home: Path
    projects: list[ShelvedProject] = field(default_factory=list)
    fetched: dict[str, int] = field(default_factory=dict)
    away: bool = False
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def add(self, name: str, files: Sequence[ShelvedFile], *, owner: str = "", revision: int = 1) -> ShelvedProject:
        """A project with its index on the disk; revision 0 has none."""
        project = ShelvedProject(
            id=str(uuid.UUID(int=next(self._numbers))), name=name, owner=owner, revision=revision, files=files
        )
        self.projects.append(project)
        if revision:
            build_index(index_folder(self.home, project.id, revision), [file.indexed for file in files])
        return project

    @asynccontextmanager
    async def transaction(self, claims: Claims) -> "AsyncIterator[_Reading]":
        if self.away:
            raise Unavailable("The database is away.", code="database_unavailable")
        yield _Reading(self, claims)

    def seen(self, claims: Claims) -> Sequence[ShelvedProject]:
        """What these claims show."""
        return [one for one in self.projects if claims.service or one.owner in ("", claims.user_id)]


class _Reading:
    """One transaction: only the queries that are known here."""

    def __init__(self, shelf: CodeShelf, claims: Claims) -> None:
        self._shelf = shelf
        self._seen = shelf.seen(claims)

    async def fetch(self, query: str, *values: Any) -> Sequence[Row]:
        answers = {
            _SEARCHING["visible_projects"]: ("visible_projects", self._visible),
            _SEARCHING["contents"]: ("contents", self._contents),
            _SEARCHING["members"]: ("members", self._members),
            _STORE["published"]: ("published", self._published),
            _STORE["forwards"]: ("forwards", self._forwards),
        }
        name, answer = answers[query]
        self._shelf.fetched[name] = self._shelf.fetched.get(name, 0) + 1
        return answer(*values)

    async def execute(self, query: str, *values: object) -> int:
        raise AssertionError(f"a search writes nothing: {query} {values}")

    def _visible(self) -> Sequence[Row]:
        return [
            {
                "id": uuid.UUID(one.id),
                "name": one.name,
                "user_id": uuid.UUID(one.owner) if one.owner else None,
                "revision": one.revision,
                "stale": one.state != "ready",
                "held": one.held,
            }
            for one in sorted(self._seen, key=lambda one: one.name)
        ]

    def _contents(self, ids: Sequence[uuid.UUID], digests: Sequence[bytes], ordinals: Sequence[int]) -> Sequence[Row]:
        rows: list[Mapping[str, object]] = []
        for place, (project_id, digest, ordinal) in enumerate(zip(ids, digests, ordinals, strict=True), 1):
            file = self._file(str(project_id), digest)
            if file is not None:
                chunk = file.chunks[ordinal]
                rows.append(
                    {
                        "place": place, "kind": chunk.kind.value, "symbol": chunk.symbol, "language": file.language,
                        "start_line": chunk.start_line, "end_line": chunk.end_line, "content": chunk.content,
                    }
                )  # fmt: skip
        return rows

    def _members(
        self, ids: Sequence[uuid.UUID], digests: Sequence[bytes], symbols: Sequence[str], most: int, beginning: int
    ) -> Sequence[Row]:
        rows: list[Mapping[str, object]] = []
        for place, (project_id, digest, symbol) in enumerate(zip(ids, digests, symbols, strict=True), 1):
            file = self._file(str(project_id), digest)
            chunks = list(enumerate(file.chunks)) if file is not None else []
            own = [(at, one) for at, one in chunks if f"{one.symbol}.".startswith(f"{symbol}.")]
            whole = sum(len(one.content) for _, one in own) <= most
            rows += [
                {
                    "place": place, "ordinal": at, "symbol": one.symbol, "start_line": one.start_line, "whole": whole,
                    "end_line": one.end_line, "content": one.content if whole else one.content[:beginning],
                }
                for at, one in own
            ]  # fmt: skip
        return rows

    def _file(self, project_id: str, digest: bytes) -> ShelvedFile | None:
        files = (file for one in self._seen if one.id == project_id for file in one.files)
        return next((file for file in files if file.digest == digest), None)

    def _project(self, project_id: uuid.UUID) -> ShelvedProject:
        return next(one for one in self._seen if one.id == str(project_id))

    def _published(self, project_id: uuid.UUID) -> Sequence[Row]:
        project = self._project(project_id)
        return [
            {
                "revision": project.revision, "path": file.path, "digest": file.digest, "language": file.language,
                "is_test": file.is_test, "is_generated": False,
            }
            for file in project.files
            if project.revision
        ]  # fmt: skip

    def _forwards(self, project_id: uuid.UUID, digests: Sequence[bytes], version: int) -> Sequence[Row]:
        project = self._project(project_id)
        return [
            {"digest": file.digest, "forward": file.indexed.forward}
            for file in project.files
            if file.digest in digests and project.version == version
        ]


def plain_rank(task: RankingTask) -> Ranked:
    """Terms alone, for tests of what lies around a ranking; the best has the score 1."""
    concepts = [Concept(terms=[QueryTerm(hash=hash_of(term))], rarity=1.0) for term in terms_of(task.wish.query)]
    found = []
    for project in task.projects:
        scores = project.index.lexical(concepts, FieldWeights()).scores
        found += [(float(score), project, document) for document, score in enumerate(scores) if score > 0]
    found.sort(key=lambda one: -one[0])
    best = found[0][0] if found else 1.0
    places = [
        RankedPlace(project=project.project, place=project.index.place(document), score=score / best, why="terms")
        for score, project, document in found
    ]
    signals = ("lexical", "vectors") if task.near else ("lexical",)
    return Ranked(places=places[: task.wish.limit], total=len(places), signals=signals)


def plain_mark(query: str) -> Callable[[str], Sequence[tuple[int, int]]]:
    """The first place of the question's first word."""
    word = query.split()[0]

    def marks(text: str) -> Sequence[tuple[int, int]]:
        at = text.find(word)
        return ((at, at + len(word)),) if at >= 0 else ()

    return marks
