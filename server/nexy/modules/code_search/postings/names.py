"""Who defines, calls and imports which names, gathered batch by batch for the table of symbols and for the graph."""

from pathlib import PurePosixPath

import numpy as np

from nexy.modules.code_search.graph.mentions import Hashes, Mentions
from nexy.modules.code_search.graph.mentions import Numbers as Places
from nexy.modules.code_search.graph.ranges import sizes_of
from nexy.modules.code_search.graph.resolving import first_within
from nexy.modules.code_search.model import ChunkKind
from nexy.modules.code_search.postings.batch import Batch
from nexy.modules.code_search.postings.container import ArrayFile
from nexy.modules.code_search.postings.forward import KINDS, NAMES
from nexy.modules.code_search.postings.tables import Tables
from nexy.modules.code_search.terms.hashing import name_hash

# Columns of `Forward.names`; all before the last are ways to write the name.
_NAME, _SYMBOL, _, _, _OWNER = range(NAMES)
_WAYS = NAMES - 1
_DEFINING = np.array([kind not in (ChunkKind.MODULE, ChunkKind.TEXT) for kind in KINDS])
# Files that stand for their folder where something is imported.
_FOLDER_FILES = frozenset(("__init__", "index", "mod", "lib", "main"))


class Names:
    """All names of a project by hash."""

    def __init__(self) -> None:
        self._names: list[Hashes] = [np.zeros((0, NAMES), np.uint64)]
        self._defining: list[Places] = [np.zeros(0, np.int64)]
        self._assigns: list[Hashes] = [np.zeros(0, np.uint64)]
        self._assigning: list[Places] = [np.zeros(0, np.int64)]
        self._calls: list[Hashes] = [np.zeros(0, np.uint64)]
        self._calling: list[Places] = [np.zeros(0, np.int64)]
        self._imports: list[Hashes] = [np.zeros(0, np.uint64)]
        self._imports_of: list[Places] = [np.zeros(0, np.int64)]
        self._modules: list[tuple[int, int]] = []

    def add(self, batch: Batch) -> None:
        """The next files."""
        forward = batch.forward
        defining = np.flatnonzero(_DEFINING[forward.kinds] & (forward.names[:, _NAME] != 0))
        self._names.append(forward.names[defining])
        self._defining.append(defining + batch.first)
        documents = np.arange(len(forward.kinds)) + batch.first
        self._assigns.append(forward.assigns)
        self._assigning.append(np.repeat(documents, sizes_of(forward.assign_ends)))
        self._calls.append(forward.calls)
        self._calling.append(np.repeat(documents, sizes_of(forward.call_ends)))
        self._imports.append(forward.imports)
        self._imports_of.append(batch.imports)
        self._modules += [_module(file.path) for file in batch.files]

    def write(self, into: ArrayFile) -> None:
        """The table of symbols: every way to write a name, sorted by hash, and the documents that give it a meaning."""
        hashes = np.concatenate([np.concatenate(self._names)[:, :_WAYS].ravel(), *self._assigns])
        documents = np.concatenate([np.repeat(np.concatenate(self._defining), _WAYS), *self._assigning])
        order = np.lexsort((documents, hashes))
        into.put("symbols", hashes[order])
        into.put("symbol_documents", documents[order].astype(np.uint32))

    def mentions(self, tables: Tables) -> Mentions:
        """What the graph is made from."""
        names, defining = np.concatenate(self._names), np.concatenate(self._defining)
        modules = np.array(self._modules, np.uint64).reshape(-1, 2)
        file = tables.files_of_documents()
        owned, owners = _owned(names, defining, file)
        return Mentions(
            file=file,
            folder=np.array(tables.folders, np.int64),
            language=tables.families(),
            module=modules[:, 0],
            folder_name=modules[:, 1],
            defining=defining,
            defined=names[:, _NAME],
            calling=np.concatenate(self._calling),
            called=np.concatenate(self._calls),
            importing=np.repeat(np.arange(len(self._modules)), np.concatenate(self._imports_of)),
            imported=np.concatenate(self._imports),
            owned=owned,
            owners=owners,
        )


def _module(path: str) -> tuple[int, int]:
    """The names that a file and its folder are imported by."""
    pure = PurePosixPath(path)
    folder = name_hash(pure.parent.name)
    stem = pure.name.partition(".")[0]
    return (folder if stem in _FOLDER_FILES else name_hash(stem)), folder


def _owned(names: Hashes, defining: Places, file: Places) -> tuple[Places, Places]:
    """Documents with the document of the same file whose symbol is their owner's."""
    files = file[defining]
    having = np.flatnonzero(names[:, _OWNER])
    owners = first_within(files, names[:, _SYMBOL], files[having], names[having, _OWNER])
    held = owners >= 0
    return defining[having[held]], defining[owners[held]]
