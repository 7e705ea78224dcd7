"""A model that the library fastembed fetches and runs."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nexy.config.code_search_section import CodeVectorsConfig
from nexy.modules.code_search.vectors.embedder import Embedded, VectorsUnavailable
from nexy.modules.code_search.vectors.unit_rows import unit_rows
from nexy.utils.encodable import encodable
from nexy.utils.private_folder import make_private
from nexy.utils.spare_threads import SpareThreads

if TYPE_CHECKING:
    from nexy.modules.code_search.vectors.embedder import Rows


class FastembedEmbedder:
    """Fetches the model into `models` when it is first asked, in a thread of its own."""

    def __init__(self, name: str, models: Path, config: CodeVectorsConfig) -> None:
        self._name = name
        self._models = models
        self._threads_each = config.threads
        self._library: Any = None
        self._threads = SpareThreads(
            "vectors", threads=1, waiting=config.max_waiting, retry_seconds=config.query_timeout_seconds
        )

    @property
    def model(self) -> str:
        """As it is configured; fastembed keeps a name's weights as they are."""
        return f"fastembed:{self._name}"

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Embedded:
        """See `Embedder.embed`."""
        rows = [await self._threads.run(partial(self._row, encodable(text), query)) for text in texts]
        if not rows:
            return Embedded(vectors=unit_rows((), 0))
        import numpy as np

        return Embedded(vectors=np.concatenate(rows))

    def _row(self, text: str, query: bool) -> "Rows":
        if self._library is None:
            self._library = self._load()
        ask = self._library.query_embed if query else self._library.passage_embed
        return unit_rows(list(ask([text])), 1)

    def _load(self) -> Any:  # noqa: ANN401  a library that need not be here
        try:
            from fastembed import TextEmbedding

            cache = self._models / "fastembed"
            make_private(cache, self._models)
            return TextEmbedding(self._name, cache_dir=str(cache), threads=self._threads_each)
        except ImportError as problem:
            raise VectorsUnavailable(f"needs {problem.name}; pip install fastembed") from problem
        except (ValueError, OSError) as problem:
            raise VectorsUnavailable(f"fastembed has no {self._name}: {problem}") from problem

    async def close(self) -> None:
        """Let the text under way come to its end, then let go of the model."""
        await self._threads.close()
        self._library = None
