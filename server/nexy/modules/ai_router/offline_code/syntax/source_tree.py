"""One piece of code as tree-sitter sees it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from nexy.modules.ai_router.offline_code.syntax.kinds import Kinds, kinds_of
from nexy.modules.ai_router.offline_code.syntax.surroundings import OUTSIDE, Surroundings, inside_of
from nexy.utils.grammars import grammar_of
from nexy.utils.patient_parse import parse_within

if TYPE_CHECKING:
    from tree_sitter import Node

_MOST_PIECES = 5000
# What fits a grammar takes a tenth of it.
_MOST_SECONDS = 0.75
# Nodes hold one another: to read each to its end would take quadratic time.
_LONGEST_TEXT = 2000
_JSX = re.compile(r"</\w|/>")


class SourceTree:
    """Its nodes by kind, with what stands around each; lines count from 1.

    tree-sitter looks for a parent from the root down, every time anew: here all are noted in one walk.
    """

    __slots__ = ("_nodes", "_places", "_raw", "code", "kinds", "language", "root")

    def __init__(self, code: str, language: str, root: "Node", raw: bytes) -> None:
        self.code = code
        self._raw = raw
        self.language = language
        self.kinds: Kinds = kinds_of(language)
        self.root = root
        self._nodes: dict[str, list[tuple[int, Node]]] = defaultdict(list)
        self._places: dict[int, tuple[Node | None, Node | None, Surroundings]] = {root.id: (None, None, OUTSIDE)}
        self._walk()

    def _walk(self) -> None:
        """Note every named node, outer before inner, in the order of the text."""
        waiting, count = [self.root], 0
        while waiting:
            node = waiting.pop()
            self._nodes[node.type].append((count, node))
            count += 1
            within = inside_of(node, self.kinds, self._places[node.id][2])
            before: Node | None = None
            children = node.named_children
            for child in children:
                self._places[child.id] = (node, before, within)
                before = child
            waiting.extend(reversed(children))

    def of(self, kinds: Iterable[str]) -> "Sequence[Node]":
        """The nodes of these kinds, outer before inner, in the order of the text."""
        found = [entry for kind in kinds for entry in self._nodes.get(kind, ())]
        found.sort(key=_place_of)
        return [node for _, node in found]

    @property
    def all(self) -> "Sequence[Node]":
        """Every named node."""
        return self.of(self._nodes)

    def head(self, node: "Node") -> str:
        """How it begins; all of it where it is not long."""
        return self._raw[node.start_byte : min(node.end_byte, node.start_byte + _LONGEST_TEXT)].decode(errors="replace")

    def parent(self, node: "Node") -> "Node | None":
        """The named node that it lies in directly."""
        return self._places[node.id][0]

    def before(self, node: "Node") -> "Node | None":
        """The named node before it in the same parent."""
        return self._places[node.id][1]

    def around(self, node: "Node") -> Surroundings:
        """The function, the class and the loop that it lies in."""
        return self._places[node.id][2]


def _place_of(entry: "tuple[int, Node]") -> int:
    return entry[0]


def parsed(code: str, language: str) -> SourceTree | None:
    """The tree, with its mistakes marked in it; None without a grammar and for debris.

    TypeScript with markup in it is TSX.
    """
    if language == "typescript" and _JSX.search(code):
        tree = _parsed(code, "tsx")
        if tree is not None and not tree.root.has_error:
            return tree
    return _parsed(code, language)


def _parsed(code: str, language: str) -> SourceTree | None:
    grammar = grammar_of(language)
    if grammar is None:
        return None
    raw = code.encode("utf-8", "replace")
    tree = parse_within(grammar, raw, _MOST_SECONDS)
    return None if tree is None or _is_debris(tree.root_node) else SourceTree(code, language, tree.root_node, raw)


def _is_debris(root: "Node") -> bool:
    """Whether almost nothing of it fits the grammar, so that its tree tells nothing."""
    return root.has_error and any(
        node.type == "ERROR" and node.child_count > _MOST_PIECES for node in (root, *root.children)
    )


def text_of(node: "Node | None") -> str:
    """What stands there; "" for nothing, and for more than anybody would call a name or a sentence."""
    if node is None or node.end_byte - node.start_byte > _LONGEST_TEXT:
        return ""
    return whole_text_of(node)


def whole_text_of(node: "Node") -> str:
    """What stands there, however long it is: only for nodes that never hold one another."""
    return "" if node.text is None else node.text.decode("utf-8", "replace")


def line_of(node: "Node") -> int:
    """Where it begins, from 1."""
    return int(node.start_point[0]) + 1
