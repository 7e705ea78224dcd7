"""The documents of the repository, taken apart for the tests that hold them to the code."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
_FENCE = re.compile(r"^```(\w*)\s*$")
_MARKER = re.compile(r"^<!-- (.+) -->$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block: where it stands, its language, the comment right above it, and its lines."""

    document: str
    line: int
    language: str
    marker: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The content with its line ends."""
        return "".join(f"{line}\n" for line in self.lines)


def documents(root: Path = ROOT) -> Sequence[Path]:
    """Every document that people read."""
    return sorted([*root.glob("*.md"), *root.glob("docs/**/*.md")])


def blocks_of(path: Path, root: Path = ROOT) -> Iterator[Block]:
    """The fenced blocks of a document; raises `ValueError` where a fence stays open."""
    opened: int | None = None
    language = marker = above = ""
    body: list[str] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        fence = _FENCE.match(line)
        if opened is not None and line == "```":
            yield Block(
                document=str(path.relative_to(root)), line=opened, language=language, marker=marker, lines=tuple(body)
            )
            opened = None
        elif opened is not None:
            body.append(line)
        elif fence is not None:
            opened, language, body = number, fence[1], []
            marker = found[1] if (found := _MARKER.match(above)) else ""
        above = line
    if opened is not None:
        raise ValueError(f"{path}: the fence of line {opened} stays open")


def prose_of(path: Path) -> str:
    """The document without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command of a document's shell block."""

    document: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.document}:{self.line}"


def commands_of(block: Block) -> Iterator[Command]:
    """The commands of a shell block; a line that ends in a backslash goes on in the next."""
    waiting, began = "", 0
    for number, line in enumerate(block.lines, start=block.line + 1):
        began = began if waiting else number
        waiting += line.removesuffix("\\")
        if not line.endswith("\\"):
            if waiting.strip() and not waiting.lstrip().startswith("#"):
                yield Command(document=block.document, line=began, text=waiting.strip())
            waiting = ""
