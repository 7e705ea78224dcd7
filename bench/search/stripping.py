"""Takes the documentation out of a file, and says where its functions stand afterwards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from bench.search.documentation import Documented, Reading, reading
from bench.search.grammar import last_row

_NOTHING = b"pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """Where a function stands in the stripped text, lines counting from 1, and what its documentation said."""

    name: str
    start_line: int
    end_line: int
    doc: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stripped:
    """A file without its documentation; all other lines are as they were."""

    path: str
    text: str = field(repr=False)
    functions: Sequence[Function]


def stripped(path: str, text: str, language: str) -> Stripped:
    """Whole lines go where nothing else stands on them; a body that is nothing but a docstring becomes `pass`."""
    raw = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    read = reading(raw, language)
    rows = raw.split(b"\n")
    gone = _without(rows, read)
    kept = [row for number, row in enumerate(rows) if number not in gone]
    moved = _Moved(sorted(gone))
    functions = [moved.function(found) for found in read.functions]
    return Stripped(path=path, text=b"\n".join(kept).decode("utf-8", "replace"), functions=functions)


def _without(rows: list[bytes], read: Reading) -> set[int]:
    """Blanks `rows` in place where documentation shares a line with code; the rows that go are returned."""
    gone: set[int] = set()
    for doc in sorted(read.docs, key=lambda node: node.start_byte, reverse=True):
        gone.update(_taken_out(rows, doc, _NOTHING if doc.start_byte in read.alone else b""))
    return gone


def _taken_out(rows: list[bytes], doc: Node, instead: bytes) -> Iterator[int]:
    first, last = doc.start_point.row, last_row(doc)
    end = doc.end_point.column if doc.end_point.row == last else len(rows[last])
    left = rows[first][: doc.start_point.column] + instead + rows[last][end:]
    yield from range(first + 1, last + 1)
    rows[first] = left
    if not left.strip():
        yield first


@dataclass(frozen=True, slots=True)
class _Moved:
    gone: Sequence[int]

    def function(self, found: Documented) -> Function:
        return Function(
            name=found.name, start_line=self._line(found.first_row), end_line=self._line(found.last_row), doc=found.doc
        )

    def _line(self, row: int) -> int:
        return row + 1 - sum(each < row for each in self.gone)
