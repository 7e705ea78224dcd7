"""A model on this machine, run by onnxruntime in a thread of its own."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from nexy.config.code_search_section import CodeVectorsConfig
from nexy.modules.code_search.vectors.embedder import Embedded
from nexy.modules.code_search.vectors.local.model_files import ModelFiles, model_files
from nexy.modules.code_search.vectors.local.network import Network
from nexy.modules.code_search.vectors.local.packaged import find_packaged, runnable_folder
from nexy.modules.code_search.vectors.unit_rows import unit_rows
from nexy.utils.spare_threads import SpareThreads

if TYPE_CHECKING:
    from nexy.modules.code_search.vectors.embedder import Rows


class OnnxEmbedder:
    """Loads its model when it is first asked; every text takes its own turn, so a question waits for one at most."""

    def __init__(self, model: str, files: Callable[[], ModelFiles], config: CodeVectorsConfig) -> None:
        self._model = model
        self._files = files
        self._config = config
        self._network: Network | None = None
        self._threads = SpareThreads(
            "vectors", threads=1, waiting=config.max_waiting, retry_seconds=config.query_timeout_seconds
        )

    @property
    def model(self) -> str:
        """The configured name, what tells this version of it from others, and how much of a text it reads."""
        return self._model

    async def embed(self, texts: Sequence[str], *, query: bool = False) -> Embedded:
        """See `Embedder.embed`; `vectors_busy` where too many wait."""
        rows = [await self._threads.run(partial(self._row, text, query)) for text in texts]
        if not rows:
            return Embedded(vectors=unit_rows((), 0))
        import numpy as np

        return Embedded(vectors=np.concatenate(rows))

    def _row(self, text: str, query: bool) -> "Rows":
        if self._network is None:
            config = self._config
            self._network = Network(self._files(), threads=config.threads, max_tokens=config.max_tokens)
        return self._network.row(text, query=query)

    async def close(self) -> None:
        """Let the text under way come to its end, then let go of the model."""
        await self._threads.close()
        self._network = None


def folder_embedder(folder: Path, config: CodeVectorsConfig) -> OnnxEmbedder:
    """A model in a folder with `model.onnx` and `tokenizer.json`; raises `VectorsUnavailable` where they are not."""
    files = model_files(folder)
    return OnnxEmbedder(f"{folder.name}@{files.stamp}/{config.max_tokens}", lambda: files, config)


def package_embedder(name: str, models: Path, config: CodeVectorsConfig) -> OnnxEmbedder:
    """A model that an installed package carries; what is made of it lies below `models`."""
    packaged = find_packaged(name)
    return OnnxEmbedder(
        f"package:{packaged.label}/{config.max_tokens}",
        lambda: model_files(runnable_folder(packaged, models)),
        config,
    )
