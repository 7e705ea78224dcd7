"""Small indexes of code, written by hand: pieces, files, and the mapped index of them."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from nexy.modules.code_search.model import Chunk, ChunkedFile, ChunkKind
from nexy.modules.code_search.postings.asking import Concept, QueryTerm
from nexy.modules.code_search.postings.building import build_index
from nexy.modules.code_search.postings.forward import encode
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.postings.source import IndexedFile
from nexy.modules.code_search.terms.hashing import hash_of
from nexy.modules.code_search.terms.terms import terms_of


def piece(
    symbol: str = "",
    *,
    code: str = "",
    comment: str = "",
    signature: str = "",
    calls: Sequence[str] = (),
    assigns: Sequence[str] = (),
    kind: ChunkKind | None = None,
) -> Chunk:
    """One piece; a symbol with a dot is a method, without one a function, none a leftover."""
    name = symbol.rpartition(".")[2]
    usual = ChunkKind.METHOD if "." in symbol else ChunkKind.FUNCTION if symbol else ChunkKind.MODULE
    return Chunk(
        kind=kind or usual,
        symbol=symbol,
        name=name,
        start_line=1,
        end_line=1,
        content=code,
        signature=signature,
        comment=comment,
        code=code,
        calls=calls,
        assigns=assigns,
    )


def source(
    path: str,
    *pieces: Chunk,
    imports: Sequence[str] = (),
    language: str = "python",
    is_test: bool = False,
    is_generated: bool = False,
) -> IndexedFile:
    """A file of these pieces; its digest is that of its path."""
    return IndexedFile(
        path=path,
        digest=hashlib.blake2b(path.encode("utf-8", "surrogatepass"), digest_size=16).digest(),
        language=language,
        forward=encode(ChunkedFile(language=language, chunks=pieces, imports=imports)),
        is_test=is_test,
        is_generated=is_generated,
    )


def indexed(folder: Path, *files: IndexedFile) -> MappedIndex:
    """The mapped index of these files."""
    build_index(folder, files)
    return MappedIndex.open(folder)


def concepts(question: str) -> Sequence[Concept]:
    """Every word of a question as a concept of its own."""
    return [Concept(terms=(QueryTerm(hash=hash_of(term)),)) for term in dict.fromkeys(terms_of(question))]
