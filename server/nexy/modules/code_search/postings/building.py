"""The mapped index of a project, made from the encoded files of one revision."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import numpy as np

from nexy.modules.code_search.graph.adjacency import Adjacency, inward, outward
from nexy.modules.code_search.graph.mentions import Edges
from nexy.modules.code_search.graph.pagerank import prior
from nexy.modules.code_search.graph.resolving import edges_of
from nexy.modules.code_search.postings.batch import Decoded, batch_of
from nexy.modules.code_search.postings.container import ArrayFile
from nexy.modules.code_search.postings.forward import decode
from nexy.modules.code_search.postings.names import Names
from nexy.modules.code_search.postings.runs import Run, merge, sorted_run
from nexy.modules.code_search.postings.source import IndexedFile, IndexSize
from nexy.modules.code_search.postings.tables import Tables
from nexy.modules.code_search.version import VERSION

FILE_NAME = "index.bin"
# Of this many postings a sorted run is made; the bound of the memory.
_RUN_ROWS = 1_000_000
# What a reference out of tests and generated code counts for, and their own rank.
_LITTLE_WORTH = 0.15


def build_index(folder: Path, files: Iterable[IndexedFile]) -> IndexSize:
    """Write the index of these files into `folder`, which it makes; whoever has an older one open keeps it.

    Documents count in the order of the files. Nothing is seen before all of it is there. Blocks: for a thread. Raises
    `IndexDamaged` for a file whose terms cannot be read, OSError for a full disk.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(ArrayFile(folder / FILE_NAME, VERSION)) as into:
        building = _Building(folder)
        for file in files:
            building.add(file)
        return building.write(into)


class _Building:
    """What was gathered so far; files wait until they are enough for a run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tables = Tables()
        self._names = Names()
        self._runs: list[Run] = []
        self._waiting: list[Decoded] = []
        self._rows = 0

    def add(self, file: IndexedFile) -> None:
        forward = decode(file.forward)
        self._waiting.append((file, forward))
        self._rows += len(forward.entry_terms)
        if self._rows >= _RUN_ROWS:
            self._end_run()

    def _end_run(self) -> None:
        if self._waiting:
            batch = batch_of(self._waiting, self._tables.documents)
            self._tables.add(batch)
            self._names.add(batch)
            self._runs.append(sorted_run(batch, self._folder))
        self._waiting, self._rows = [], 0

    def write(self, into: ArrayFile) -> IndexSize:
        self._end_run()
        self._tables.write(into)
        self._names.write(into)
        edges = edges_of(self._names.mentions(self._tables))
        self._write_graph(into, edges)
        terms, postings = merge(self._runs, into)
        return IndexSize(
            files=len(self._tables.flags),
            documents=self._tables.documents,
            terms=terms,
            postings=postings,
            edges=len(edges.sources),
            size_bytes=into.finish(),
        )

    def _write_graph(self, into: ArrayFile, edges: Edges) -> None:
        worth = np.where(np.array(self._tables.flags, np.int64) > 0, _LITTLE_WORTH, 1).astype(np.float32)
        worth = worth[self._tables.files_of_documents()]
        into.put("prior", prior(_by_worth(edges, worth), worth))
        _write_adjacency(into, "callees", outward(edges, len(worth)))
        _write_adjacency(into, "callers", inward(edges, len(worth)))


def _by_worth(edges: Edges, worth: np.ndarray[tuple[int], np.dtype[np.float32]]) -> Edges:
    return Edges(sources=edges.sources, targets=edges.targets, weights=edges.weights * worth[edges.sources])


def _write_adjacency(into: ArrayFile, name: str, adjacency: Adjacency) -> None:
    into.put(f"{name}_ends", adjacency.ends)
    into.put(f"{name}_others", adjacency.others)
    into.put(f"{name}_weights", adjacency.weights)
