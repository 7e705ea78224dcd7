"""A project in the database with its mapped index, and vectors that the scripted embedder makes."""

from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from nexy.config.code_search_section import CodeVectorsConfig
from nexy.modules.code_search.model import ChunkedFile
from nexy.modules.code_search.postings.building import build_index
from nexy.modules.code_search.postings.forward import encode
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.postings.source import IndexedFile
from nexy.modules.code_search.store.model import Lease, NewBlob
from nexy.modules.code_search.vectors.embedder import Embedder
from nexy.modules.code_search.vectors.filling import Filled, embed_missing
from nexy.modules.code_search.vectors.near import AskedIndex
from support.code_store import READING, Stores, blob

BRANCH = "main"


@dataclass(frozen=True, slots=True, kw_only=True)
class VectoredCode:
    """A published project: `files` by path with their contents."""

    stores: Stores
    lease: Lease
    files: dict[str, NewBlob]
    config: CodeVectorsConfig

    async def fill(self, embedder: Embedder, most: int = 1000) -> list[Filled]:
        """Let the missing vectors be made, as a run does; leave after so many words."""
        writing = partial(self.stores.leases.writing, self.lease)
        told: list[Filled] = []
        filling = embed_missing(self.stores.database, embedder, self.lease.project.id, BRANCH, self.config, writing)
        async with aclosing(filling):
            async for filled in filling:
                told.append(filled)
                if len(told) >= most:
                    break
        return told

    def index(self, folder: Path) -> AskedIndex:
        """The mapped index of the files, made in this folder."""
        folder.mkdir(exist_ok=True)
        build_index(folder, [_indexed(path, one) for path, one in sorted(self.files.items())])
        project = self.lease.project
        opened = MappedIndex.open(folder)
        return AskedIndex(project_id=project.id, name=project.name, revision=1, folder=folder, index=opened)


async def vectored_code(
    stores: Stores, files: dict[str, tuple[str, ...]], config: CodeVectorsConfig, name: str = "shop", owner_id: str = ""
) -> VectoredCode:
    """Publish files: by path the letter of their content and, where it comes first, its symbols."""
    lease = await stores.lease(name, owner_id)
    contents: dict[str, NewBlob] = {}
    for letter, *symbols in files.values():
        contents.setdefault(letter, blob(letter, *symbols))
    blobs = {path: contents[given[0]] for path, given in files.items()}
    await stores.contents.add(lease, READING, list(contents.values()))
    await stores.publish(lease, {path: given[0] for path, given in files.items()}, branch=BRANCH)
    return VectoredCode(stores=stores, lease=lease, files=blobs, config=config)


def _indexed(path: str, one: NewBlob) -> IndexedFile:
    forward = encode(ChunkedFile(language=one.language, chunks=one.chunks))
    return IndexedFile(path=path, digest=one.digest, language=one.language, forward=forward)
