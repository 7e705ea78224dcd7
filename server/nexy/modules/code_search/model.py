"""What passes between the stages: a file as read, its pieces, a place in the ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# What the tables check too, see the migration of the index: of a content's digest, and of a project's name.
DIGEST_BYTES: Final = 16
LONGEST_NAME: Final = 200


class ChunkKind(StrEnum):
    """What a piece of a file is."""

    FUNCTION = "function"
    METHOD = "method"
    CLASS = "class"
    MODULE = "module"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file that is to be indexed, decoded and with its secrets taken out.

    `path` is relative with slashes; `digest` 16 bytes of language and content on the disk; `masked` how many secrets
    were taken out of `text`. `is_test` and `is_generated` are damped in the ranking. The lines of `text` end with \\n
    alone; `encoding` is what its bytes were read as.
    """

    path: str
    digest: bytes
    text: str
    language: str
    masked: int = 0
    is_test: bool = False
    is_generated: bool = False
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One piece of a file; lines count from 1, both ends belong to it.

    `content` is the text as it stands there, `comment` its comments and docstrings without their marks, `code` the
    rest. `symbol` is the qualified name ("Session.close"), `name` its last part; both are empty for leftovers.
    `calls` are the names that it calls or refers to, as bare last parts; `assigns` those that a leftover of the file's
    top level gives to values: constants, variables, aliases.
    """

    kind: ChunkKind
    symbol: str
    name: str
    start_line: int
    end_line: int
    content: str
    signature: str = ""
    comment: str = ""
    code: str = ""
    calls: Sequence[str] = ()
    assigns: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkedFile:
    """A file in pieces that together cover it; `imports` are the names and modules it brings in, last parts too."""

    language: str
    chunks: Sequence[Chunk]
    imports: Sequence[str] = ()
