"""Where a script declares, uses and changes its names, noted once for the whole file."""

from collections import defaultdict
from typing import TYPE_CHECKING

from nexy.modules.ai_router.offline_code.syntax.source_tree import SourceTree, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_CHANGES = {
    "assignment_expression": "left",
    "augmented_assignment_expression": "left",
    "update_expression": "argument",
    "for_in_statement": "left",
}


class ScriptNames:
    """`changed` are the names that are given another value than their first."""

    def __init__(self, tree: SourceTree) -> None:
        self._tree = tree
        self._spans: dict[str, tuple[int, int]] = {}
        self._declared: dict[str, list[Node]] = defaultdict(list)
        for node in tree.of(tree.kinds.names):
            first, _ = self._spans.setdefault(text_of(node), (node.start_byte, node.end_byte))
            self._spans[text_of(node)] = (first, node.end_byte)
        for node in tree.of({"variable_declarator"}):
            self._declared[text_of(node.child_by_field_name("name"))].append(node)
        self.changed = frozenset(text_of(node.child_by_field_name(_CHANGES[node.type])) for node in tree.of(_CHANGES))

    def used_behind(self, declaration: "Node") -> bool:
        """Whether its names are declared once and used only behind it, inside its own block."""
        block = self._tree.parent(declaration)
        if block is None or block.type not in self._tree.kinds.blocks | {"export_statement"}:
            return False
        names = [text_of(one.child_by_field_name("name")) for one in declaration.named_children]
        return all(self._is_used_within(name, declaration.start_byte, block.end_byte) for name in names)

    def _is_used_within(self, name: str, start: int, end: int) -> bool:
        first, last = self._spans.get(name, (-1, -1))
        return len(self._declared[name]) == 1 and start <= first and last <= end

    def only_value(self, name: str) -> "Node | None":
        """What a name holds that is declared once and never changed."""
        declared = self._declared.get(name, ())
        if len(declared) != 1 or name in self.changed:
            return None
        return declared[0].child_by_field_name("value")
