"""A file of a project as the index is made from it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedFile:
    """A path, its content's digest (16 bytes) and language, and what `forward.encode` made of it."""

    path: str
    digest: bytes
    language: str
    forward: bytes
    is_test: bool = False
    is_generated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSize:
    """What an index holds; `size_bytes` on the disk."""

    files: int
    documents: int
    terms: int
    postings: int
    edges: int
    size_bytes: int
