"""The outline of code that tree-sitter reads."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nexy.modules.ai_router.offline_code.syntax.outline import ClassOutline, FunctionOutline, Outline
from nexy.modules.ai_router.offline_code.syntax.source_tree import SourceTree, line_of, text_of
from nexy.modules.ai_router.offline_code.syntax.tree_names import (
    documented,
    function_name,
    is_async,
    is_public,
    owner_name,
    parameters_of,
    returns_of,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_LOGIC = frozenset({"&&", "||", "??"})
_LONGEST_NAME = 1000
_DEFAULTS = ("default", "else")


class _Tally:
    """What is counted of one function while the tree is read."""

    __slots__ = ("branches", "calls", "deep_line", "depth", "loops", "node", "raises", "ways")

    def __init__(self, node: "Node | None") -> None:
        self.node = node
        self.ways = self.branches = self.loops = self.depth = self.deep_line = 0
        self.calls: dict[str, None] = {}
        self.raises: dict[str, None] = {}


def tree_outline(tree: SourceTree, *, nesting: int) -> Outline:
    """Functions and classes in the order of the text; `nesting` is the depth from which on a line is deep."""
    tallies = _tallies(tree, nesting)
    named = [(tally, function_name(tree, tally.node)) for tally in tallies if tally.node is not None]
    return Outline(
        functions=[_function(tree, tally, name) for tally, name in named if name],
        classes=[
            ClassOutline(name=text_of(node.child_by_field_name("name")), line=line_of(node)) for node in _classes(tree)
        ],
        imports=[text for node in tree.of(tree.kinds.imports) if (text := text_of(node).strip())],
        decisions=sum(tally.ways for tally in tallies),
    )


def _classes(tree: SourceTree) -> "Sequence[Node]":
    return [node for node in tree.of(tree.kinds.classes) if node.child_by_field_name("name") is not None]


def _tallies(tree: SourceTree, limit: int) -> Sequence[_Tally]:
    kinds = tree.kinds
    looked_at = (
        kinds.functions
        | kinds.ifs
        | kinds.loops
        | kinds.nests
        | kinds.decides
        | kinds.logic
        | kinds.calls
        | kinds.throws
    )
    everything = _Tally(None)
    tallies = [everything]
    # What the current node lies in: where each ends, whose it is, and how deep it is in there.
    around: list[tuple[int, _Tally, int]] = [(1 << 62, everything, 0)]
    for node in tree.of(looked_at):
        while around[-1][0] <= node.start_byte:
            around.pop()
        _, tally, depth = around[-1]
        if node.type in kinds.functions:
            tally = _Tally(node)
            tallies.append(tally)
            around.append((node.end_byte, tally, 0))
            continue
        _count(tree, node, tally)
        if node.type in kinds.ifs | kinds.loops | kinds.nests and not _continues(tree, node):
            depth += 1
            tally.depth = max(tally.depth, depth)
            if depth > limit and not tally.deep_line:
                tally.deep_line = line_of(node)
            around.append((node.end_byte, tally, depth))
    return tallies


def _count(tree: SourceTree, node: "Node", tally: _Tally) -> None:
    kinds = tree.kinds
    kind = node.type
    if kind in kinds.ifs or kind in kinds.loops:
        tally.ways += 1
        tally.branches += kind in kinds.ifs
        tally.loops += kind in kinds.loops
    elif kind in kinds.decides:
        tally.ways += not _is_default(node) and kind != "try_expression"
    elif kind in kinds.logic:
        operator = node.child_by_field_name("operator")
        tally.ways += operator is not None and operator.type in _LOGIC
    elif kind in kinds.nests:
        tally.branches += "try" not in kind
    elif kind in kinds.throws:
        tally.raises.setdefault(_thrown(tree, node))
    else:
        tally.calls.setdefault(called_name(node))


def _is_default(node: "Node") -> bool:
    """Whether it is the branch that is taken where no other is."""
    return node.child_count > 0 and node.children[0].type in _DEFAULTS


def called_name(call: "Node") -> str:
    """What is called, as it is written, without its arguments; "" for a chain too long to be a name."""
    if call.end_byte - call.start_byte > _LONGEST_NAME and _callee_bytes(call) > _LONGEST_NAME:
        return ""
    for field in ("function", "macro", "constructor", "type"):
        if (callee := call.child_by_field_name(field)) is not None:
            return text_of(callee)
    owner, name = call.child_by_field_name("object"), call.child_by_field_name("name")
    return f"{text_of(owner)}.{text_of(name)}" if owner is not None else text_of(name)


def _callee_bytes(call: "Node") -> int:
    """Calls of calls hold one another: to read the text of each would take quadratic time and memory."""
    first = call.children[0] if call.child_count else call
    return first.end_byte - first.start_byte


def _thrown(tree: SourceTree, node: "Node") -> str:
    value = node.named_children[0] if node.named_children else None
    return "" if value is None else (called_name(value) or tree.head(value))[:60]


def _continues(tree: SourceTree, node: "Node") -> bool:
    """Whether it is an `else if`, which is no deeper than its `if`."""
    parent = tree.parent(node)
    if parent is None:
        return False
    return parent.type == "else_clause" or parent.child_by_field_name("alternative") == node


def _function(tree: SourceTree, tally: _Tally, name: str) -> FunctionOutline:
    node = tally.node
    assert node is not None
    return FunctionOutline(
        name=name,
        line=line_of(node),
        end_line=int(node.end_point[0]) + 1,
        column=int(node.start_point[1]),
        owner=owner_name(tree, node),
        parameters=parameters_of(node),
        returns=returns_of(node),
        is_async=is_async(node),
        public=is_public(tree, node, name),
        documented=documented(tree, node),
        nested=tree.around(node).function is not None,
        complexity=1 + tally.ways,
        nesting=tally.depth,
        deep_line=tally.deep_line,
        branches=tally.branches,
        loops=tally.loops,
        calls=tuple(call for call in tally.calls if call),
        raises=tuple(kind for kind in tally.raises if kind),
        generator="generator" in node.type,
    )
