"""JavaScript from TypeScript: the same code without its types."""

import re
from typing import TYPE_CHECKING

from nexy.modules.ai_router.offline_code.syntax.source_tree import parsed

if TYPE_CHECKING:
    from tree_sitter import Node

_GONE = frozenset({
    "type_annotation", "type_parameters", "type_arguments", "interface_declaration", "type_alias_declaration",
    "accessibility_modifier", "implements_clause", "readonly",
})  # fmt: skip
_ONE_OPERAND = frozenset({"as_expression", "satisfies_expression", "non_null_expression"})
_BLANK_LINES = re.compile(r"\n{3,}")


def without_types(code: str) -> str | None:
    """The same module in JavaScript; None where no parser for TypeScript is installed."""
    tree = parsed(code, "typescript")
    if tree is None or tree.root.has_error:
        return None
    raw = code.encode()
    out: list[bytes] = []
    at = 0
    for start, end, instead in sorted(_cuts(tree.root)):
        if start >= at:
            out += (raw[at:start], instead)
            at = end
    out.append(raw[at:])
    return _BLANK_LINES.sub("\n\n", b"".join(out).decode()).lstrip("\n")


def _cuts(root: "Node") -> "list[tuple[int, int, bytes]]":
    cuts: list[tuple[int, int, bytes]] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if (cut := _cut(node)) is not None:
            cuts.append(cut)
            continue
        waiting += _left_after(node, cuts)
    return cuts


def _cut(node: "Node") -> tuple[int, int, bytes] | None:
    if node.type in _GONE:
        behind = b" " if node.type in ("accessibility_modifier", "readonly", "implements_clause") else b""
        start = node.start_byte - (node.type == "implements_clause")
        return start, node.end_byte + len(behind) * (node.type != "implements_clause"), b""
    if node.type == "export_statement" and any(child.type in _GONE for child in node.children):
        return node.start_byte, node.end_byte, b""
    if node.type == "public_field_definition" and node.child_by_field_name("value") is None:
        name = node.child_by_field_name("name")
        static = b"static " if any(child.type == "static" for child in node.children) else b""
        return node.start_byte, node.end_byte, b"" if name is None or name.text is None else static + name.text
    if node.type == "import_specifier" and node.children and node.children[0].type == "type":
        return _with_comma(node)
    if node.type == "?" and node.parent is not None and node.parent.type == "optional_parameter":
        return node.start_byte, node.end_byte, b""
    return None


def _with_comma(node: "Node") -> tuple[int, int, bytes]:
    before = node.prev_sibling
    start = before.start_byte if before is not None and before.type == "," else node.start_byte
    return start, node.end_byte, b""


def _left_after(node: "Node", cuts: list[tuple[int, int, bytes]]) -> "list[Node]":
    """The parts to look through; of `x as T` only x stays."""
    if node.type in _ONE_OPERAND and node.named_children:
        kept = node.named_children[0]
        cuts.append((kept.end_byte, node.end_byte, b""))
        return [kept]
    return list(node.children)
