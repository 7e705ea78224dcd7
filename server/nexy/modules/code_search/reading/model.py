"""What reading gives: the files of a tree, one of them as it lies on the disk, and why others are left out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

# So much of so much is fetched; the total is 0 while nobody knows.
Told = Callable[[int, int], None]


class SkipReason(StrEnum):
    """Why a file, or a whole folder, is not indexed."""

    IGNORED = "ignored"
    VENDORED = "vendored"
    REPOSITORY = "repository"
    SYMLINK = "symlink"
    SPECIAL = "special"
    SECRET_FILE = "secret_file"  # noqa: S105  a reason, not a secret
    LOCK_FILE = "lock_file"
    NOT_CODE = "not_code"
    BINARY = "binary"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    DATA = "data"
    MINIFIED = "minified"
    EMPTY = "empty"
    BAD_NAME = "bad_name"
    UNREADABLE = "unreadable"
    CHANGING = "changing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file that may be indexed: its path below the root, with slashes, and its size in bytes when it was listed."""

    path: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The files by path; `skipped` counts the others by `SkipReason`, a folder that is left out whole as one.

    `branch` is "" without git, the commit's name in short where no branch is checked out; `head` is the commit or "".
    """

    files: Sequence[Listed]
    skipped: Mapping[str, int] = field(default_factory=dict)
    branch: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A file as it lies on the disk; `digest` is 16 bytes of language and content, and names its blob."""

    path: str
    data: bytes
    digest: bytes
    language: str
    is_test: bool = False
    is_generated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file that is not indexed after all."""

    path: str
    reason: SkipReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A source that can be listed: `root` is a real folder without symbolic links on the way.

    `source` is the folder or URL as it is kept and shown, `name` its last part; `fetched` is true of a URL's clone.
    """

    root: Path
    source: str
    name: str
    fetched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a person named: `kept` is the real folder or the URL without trimmings, `name` its last part."""

    kept: str
    name: str
    is_url: bool
