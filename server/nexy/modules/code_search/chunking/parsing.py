"""A parse that comes to an end, and what the queries find in its tree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nexy.modules.code_search.chunking.grammars import Grammar
from nexy.utils.patient_parse import parse_within

if TYPE_CHECKING:
    from tree_sitter import Node, Query, Tree

# So much is parsed in one go, in a few milliseconds even where nothing fits the grammar; more is watched by the clock.
_SHORT_BYTES: Final = 32 * 1024
_PIECE_BYTES: Final = 4096
# The cursor's counters of depth are narrow: a tree that is deeper than they count takes it minutes.
_MOST_DEPTH: Final = 400
_MOST_BROKEN: Final = 0.5

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """Where comments, calls and imports stand, as (start, end) in bytes and in order; `leads` are decorators.

    `assigned` are names at the top level that something is assigned to.
    """

    comments: Sequence[Span]
    leads: Sequence[Span]
    calls: Sequence[Span]
    imports: Sequence[Span]
    assigned: Sequence[Span]


def parse(grammar: Grammar, source: bytes, seconds: float) -> "Tree | None":
    """The tree; None where it would take more processor time than `seconds`, or where most of it fits no grammar."""
    tree = _parsed(grammar, source, seconds)
    return None if tree is None or _is_debris(tree.root_node) else tree


def _parsed(grammar: Grammar, source: bytes, seconds: float) -> "Tree | None":
    from tree_sitter import Parser

    if len(source) <= _SHORT_BYTES:
        return Parser(grammar.language).parse(source)
    return parse_within(grammar.language, source, seconds, _PIECE_BYTES)


def _is_debris(root: "Node") -> bool:
    if not root.has_error:
        return False
    broken = sum(node.end_byte - node.start_byte for node in (root, *root.children) if node.is_error)
    return broken > _MOST_BROKEN * max(1, root.end_byte - root.start_byte)


def matches(query: "Query", tree: "Tree") -> "Sequence[dict[str, list[Node]]]":
    """Every match of the query: its nodes by the names that the query gives them."""
    from tree_sitter import QueryCursor

    cursor = QueryCursor(query)
    cursor.set_max_start_depth(_MOST_DEPTH)
    return [nodes for _, nodes in cursor.matches(tree.root_node)]


def mentions(query: "Query", tree: "Tree") -> Mentions:
    """Comments, decorators, calls, imports and assigned names of a tree."""
    from tree_sitter import QueryCursor

    cursor = QueryCursor(query)
    cursor.set_max_start_depth(_MOST_DEPTH)
    found = cursor.captures(tree.root_node)
    return Mentions(
        comments=_spans(found.get("comment", ())),
        leads=_spans(found.get("lead", ())),
        calls=_spans(found.get("call", ())),
        imports=_spans(found.get("import", ())),
        assigned=_spans(found.get("assign", ())),
    )


def _spans(nodes: "Sequence[Node]") -> Sequence[Span]:
    return sorted({(node.start_byte, node.end_byte) for node in nodes})
