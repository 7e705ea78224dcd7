"""A revision's matrix of vectors, made from what the database holds."""

import asyncio
from pathlib import Path

import numpy as np

from nexy.contracts.database import SERVICE, Database
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.vectors.matrix import MatrixFile
from nexy.modules.code_search.vectors.stored import StoredVectors, VectorTable

_READ_AT_ONCE = 4096


async def make_matrix(database: Database, project_id: str, folder: Path, index: MappedIndex, model: str) -> int:
    """Write the model's vectors of the index's documents into the index's folder; returns how many have one.

    Without any nothing is written. Raises `Unavailable` while the database is away, OSError for a full disk.
    """
    table = VectorTable(project_id, model)
    page = await table.read(database, SERVICE, None, _READ_AT_ONCE)
    if not len(page.rows):
        return 0
    file = await asyncio.to_thread(MatrixFile, folder, model, index.documents, page.rows.shape[1])
    try:
        made = await asyncio.to_thread(_put, file, index, page)
        while page.after is not None:
            page = await table.read(database, SERVICE, page.after, _READ_AT_ONCE)
            made += await asyncio.to_thread(_put, file, index, page)
        await asyncio.to_thread(file.finish)
    finally:
        file.close()
    return made


def _put(file: MatrixFile, index: MappedIndex, page: StoredVectors) -> int:
    """A content that several files have stands for a document in each; one that none has, for none."""
    documents: list[int] = []
    sources: list[int] = []
    for source, (digest, ordinal) in enumerate(zip(page.digests, page.ordinals, strict=True)):
        for first in index.beginnings(digest):
            if first + ordinal < index.documents:
                documents.append(first + ordinal)
                sources.append(source)
    if documents and page.rows.shape[1] == file.dimensions:
        file.put(np.array(documents, np.uint32), page.rows[sources])
    return len(documents)
