"""What the store keeps: a content in pieces, a file that has it, what was published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nexy.modules.code_search.model import Chunk


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """Where a run writes; `revision` 0 where nothing is complete yet."""

    id: str
    name: str
    source: str
    owner_id: str = ""
    is_new: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A run's hold on a project: every write names the fence, and what an older run writes touches nothing.

    `revision` and `branch` were complete when it was taken.
    """

    project: Project
    fence: int
    revision: int
    branch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBlob:
    """A content that nobody had before; `digest` is 16 bytes, `forward` what `postings` made of it."""

    digest: bytes
    language: str
    chunks: Sequence[Chunk]
    masked: int
    forward: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBlob:
    """What is known of a content without reading its pieces."""

    language: str
    chunks: int
    masked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedPath:
    """A file of a branch and the content that it has."""

    path: str
    digest: bytes
    is_test: bool = False
    is_generated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The newest complete revision; `languages` by digest."""

    revision: int
    files: Sequence[IndexedPath]
    languages: Mapping[bytes, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a revision holds, in numbers; `skipped` counts files by reason, `languages` files by language."""

    files: int
    chunks: int
    masked: int
    languages: Mapping[str, int] = field(default_factory=dict)
    skipped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a revision does to a branch: files that are new or different, paths that are gone.

    `unused` are the contents that a file had before and does not have any more.
    """

    branch: str
    head: str
    put: Sequence[IndexedPath]
    gone: Sequence[str]
    unused: Sequence[bytes]
