"""What a file defines, and which of it becomes a piece of its own."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nexy.modules.code_search.chunking.lines import Lines
from nexy.modules.code_search.model import ChunkKind

if TYPE_CHECKING:
    from tree_sitter import Node

_KINDS: Final = {
    "function": ChunkKind.FUNCTION,
    "method": ChunkKind.METHOD,
    "class": ChunkKind.CLASS,
    "part": ChunkKind.CLASS,
}
_LONGEST_NAME: Final = 200
_LONGEST_SIGNATURE: Final = 600
_ARGUMENTS: Final = re.compile(r"<.*>", re.DOTALL)
_BLANKS: Final = re.compile(r"\s+")
_OPENING: Final = re.compile(r"(?: ?(?:=>|[{=:]))+$")
_LAST_WORD: Final = re.compile(r"(\w+)\W*$")
_NO_SCOPE: Final = frozenset({"exports", "module", "this", "self", "window", "global", "globalThis"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One thing that is defined; offsets are bytes, rows count from 0, `scope` is what its name says it belongs to.

    A part ("impl" in Rust) holds methods of something that is defined elsewhere.
    """

    kind: ChunkKind
    name: str
    scope: str
    start: int
    end: int
    first_row: int
    last_row: int
    signature: str
    is_part: bool = False


def definitions(found: "Iterable[Mapping[str, Sequence[Node]]]", lines: Lines) -> Sequence[Definition]:
    """The definitions of a file, outer ones first; the widest where several patterns name the same."""
    widest: dict[int, Definition] = {}
    for nodes in found:
        one = _definition(nodes, lines)
        key = nodes["name"][0].start_byte
        if one.name and (key not in widest or _width(widest[key]) < _width(one)):
            widest[key] = one
    return sorted(widest.values(), key=_place)


def _width(one: Definition) -> int:
    return one.end - one.start


def _place(one: Definition) -> tuple[int, int]:
    return one.start, -one.end


def _definition(nodes: "Mapping[str, Sequence[Node]]", lines: Lines) -> Definition:
    capture = next(capture for capture in nodes if capture in _KINDS)
    node, body = nodes[capture][0], nodes.get("body")
    start, end = node.start_byte, node.end_byte
    scope, name = _names(lines, nodes)
    is_part = capture == "part"
    first_row = lines.row_of(start)
    ends = body[-1].start_byte if body else min(end, lines.starts[first_row + 1])
    return Definition(
        kind=_KINDS[capture],
        name=_last_word(name) if is_part else name,
        scope=scope,
        start=start,
        end=end,
        first_row=first_row,
        last_row=lines.last_row_of(start, end),
        signature=_signature(lines, lines.starts[first_row], ends),
        is_part=is_part,
    )


def _signature(lines: Lines, start: int, end: int) -> str:
    text = lines.text(start, min(end, start + _LONGEST_SIGNATURE))
    return _OPENING.sub("", _BLANKS.sub(" ", text).strip())


def _names(lines: Lines, nodes: "Mapping[str, Sequence[Node]]") -> tuple[str, str]:
    """What it belongs to by its own name ("Foo::bar", "Foo.prototype.bar"), and its name; "" for what is no name."""
    name = _text(lines, nodes["name"][0])
    scope = _text(lines, nodes["scope"][0]) if "scope" in nodes else ""
    if not name.startswith("operator"):
        name = _ARGUMENTS.sub("", name)
    within, _, name = name.rpartition("::")
    scope = within.rpartition("::")[2] or scope.removesuffix(".prototype").rpartition(".")[2]
    return "" if scope in _NO_SCOPE else scope, name.strip("'\"`[]#&* ")


def _last_word(name: str) -> str:
    """The type's own name in "&'a mut Name"."""
    found = _LAST_WORD.search(name)
    return found[1] if found else ""


def _text(lines: Lines, node: "Node") -> str:
    return lines.text(node.start_byte, min(node.end_byte, node.start_byte + _LONGEST_NAME))
