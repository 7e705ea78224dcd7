"""The server's own ranking over its own index, without a database; and what is left when a signal is missing."""

import dataclasses
import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.search.corpus import Corpus, Place
from bench.search.judging import Build
from bench.search.lexical import Search
from bench.search.metrics import DEPTH
from bench.search.semantic import Rows, Vectors
from nexy.config.code_ranking_section import Damping, RankingConfig, SentenceSignals, WordWeights
from nexy.config.code_search_section import CodeVectorsConfig
from nexy.contracts.code_search import SearchKind
from nexy.modules.code_search.postings.building import build_index
from nexy.modules.code_search.postings.forward import encode
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.postings.source import IndexedFile
from nexy.modules.code_search.ranking.question import read_question
from nexy.modules.code_search.ranking.rank import rank
from nexy.modules.code_search.ranking.signals import Signal
from nexy.modules.code_search.reading.naming import is_test
from nexy.modules.code_search.vectors.matrix import VectorMatrix, write_matrix

WITHOUT_MODEL, WITH_VECTORS = "ours, without a model", "ours, with vectors"
_LIMIT = DEPTH
_NO_DAMPING = Damping(tests=1.0, generated=1.0, classes=1.0, leftovers=1.0, text=1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """A corpus as the server searches it; a document is a piece by its number."""

    corpus: Corpus
    index: MappedIndex
    matrix: VectorMatrix | None = None


class Indexes:
    """Keeps the index of the corpus that was last asked for, since every variant searches the same one."""

    def __init__(self, home: Path, vectors: Vectors | None) -> None:
        self._home = home
        self._kept: Indexed | None = None
        self.vectors = vectors

    @classmethod
    @contextmanager
    def temporary(cls, vectors: Vectors | None) -> "Iterator[Indexes]":
        """In a folder that goes away."""
        with tempfile.TemporaryDirectory(prefix="nexy-search-") as made:
            yield cls(Path(made), vectors)

    def of(self, corpus: Corpus) -> Indexed:
        """Built when the corpus is another one than last time."""
        if self._kept is None or self._kept.corpus is not corpus:
            rows = self.vectors.of_places(corpus) if self.vectors is not None else None
            self._kept = indexed(corpus, self._home / corpus.package.name, rows)
        return self._kept

    def build(self, config: RankingConfig, *, with_vectors: bool) -> Build:
        """One way to rank."""
        return lambda corpus: _search(self.of(corpus), config, self.vectors if with_vectors else None)


def indexed(corpus: Corpus, folder: Path, rows: Rows | None) -> Indexed:
    """The index and, with `rows`, the vectors of a corpus below `folder`."""
    files = [
        IndexedFile(
            path=file.path,
            digest=hashlib.blake2b(file.text.encode(), digest_size=16).digest(),
            language=corpus.package.language,
            forward=encode(pieces),
            is_test=is_test(file.path),
        )
        for file, pieces in zip(corpus.files, corpus.chunked, strict=True)
    ]
    build_index(folder, files)
    matrix = None
    if rows is not None:
        write_matrix(folder, "bench", rows.astype(np.float16))
        matrix = VectorMatrix.open(folder, "bench")
    return Indexed(corpus=corpus, index=MappedIndex.open(folder), matrix=matrix)


def variants(config: RankingConfig) -> Mapping[str, RankingConfig]:
    """The configuration with one signal left out in turn, by what is missing."""
    by_signal = {signal.name.lower(): _silenced(config, signal) for signal in Signal}
    bare = WordWeights(form=0, alike=0, joined=config.words.joined, vague=config.words.vague,
                       most_words=config.words.most_words)  # fmt: skip
    return {
        **by_signal,
        "other words for the asked ones": dataclasses.replace(config, words=bare),
        "damping": dataclasses.replace(config, damping=_NO_DAMPING),
    }


def _silenced(config: RankingConfig, signal: Signal) -> RankingConfig:
    def without(signals: SentenceSignals) -> SentenceSignals:
        return dataclasses.replace(signals, **{signal.name.lower(): 0.0})

    forms = {name: without(getattr(config, name)) for name in ("sentence", "identifier", "path")}
    return dataclasses.replace(config, **forms)  # type: ignore[arg-type]


def _search(made: Indexed, config: RankingConfig, vectors: Vectors | None) -> Search:
    nearest = CodeVectorsConfig().near

    def search(text: str) -> Sequence[Place]:
        near = None
        question = read_question(text, config.words)
        if vectors is not None and made.matrix is not None:
            near = [made.matrix.nearest(vectors.of_question(question.for_vectors), nearest)]
        ranking = rank(question, [made.index], near, kind=SearchKind.HYBRID, limit=_LIMIT, config=config)
        return [made.corpus.places[place.document] for place in ranking.places]

    return search
