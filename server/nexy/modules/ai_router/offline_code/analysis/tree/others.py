"""What is odd in Go, Rust, Java, C and C++ alone."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from typing import TYPE_CHECKING

from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.syntax.source_tree import SourceTree, line_of, text_of
from nexy.modules.ai_router.offline_code.syntax.tree_names import function_name
from nexy.modules.ai_router.offline_code.syntax.tree_outline import called_name

if TYPE_CHECKING:
    from tree_sitter import Node

_CALLS = frozenset({"call_expression", "macro_invocation"})
_BROAD = frozenset({"Exception", "Throwable", "RuntimeException", "Error"})


def go_ways(tree: SourceTree) -> Iterator[Finding]:
    """Errors thrown away, panics in a library, defer in a loop."""
    for node in tree.of({"short_var_declaration", "assignment_statement"}):
        if _ignores_an_error(node):
            yield found("ignored-error", line_of(node), call=_right_call(node))
    may_panic = _functions_called(tree, ("main", "init", "Must"))
    for call in tree.of({"call_expression"}):
        if called_name(call) == "panic" and not _lies_in(tree, call, may_panic):
            yield found("panic-call", line_of(call), name="panic")
    for node in tree.of({"defer_statement"}):
        if tree.around(node).looped:
            yield found("defer-in-loop", line_of(node))


def _ignores_an_error(node: "Node") -> bool:
    """`x, _ := f()` and `_ = f()`: the last of several results is the error, by custom."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or not left.named_children or len(right.named_children) != 1:
        return False
    return right.named_children[0].type == "call_expression" and text_of(left.named_children[-1]) == "_"


def _right_call(node: "Node") -> str:
    right = node.child_by_field_name("right")
    return called_name(right.named_children[0]) if right is not None else ""


def _functions_called(tree: SourceTree, prefixes: tuple[str, ...]) -> frozenset[int]:
    """The functions whose names begin so, with every function inside them."""
    found: set[int] = set()
    for function in tree.of(tree.kinds.functions):
        if _lies_in(tree, function, found) or function_name(tree, function).startswith(prefixes):
            found.add(function.id)
    return frozenset(found)


def _lies_in(tree: SourceTree, node: "Node", functions: Set[int]) -> bool:
    function = tree.around(node).function
    return function is not None and function.id in functions


def rust_ways(tree: SourceTree) -> Iterator[Finding]:
    """Where a library may bring the whole program down."""
    may_panic = _functions_called(tree, ("main",))
    for call in _outside_tests(tree):
        name = called_name(call)
        if name.endswith((".unwrap", ".expect")):
            yield found("unwrap-call", _end_of(call), name=name.rpartition(".")[2])
        elif name in ("panic", "todo", "unimplemented") and not _lies_in(tree, call, may_panic):
            yield found("panic-call", line_of(call), name=name + "!")
    for node in tree.of({"unsafe_block"}):
        yield found("unsafe-block", line_of(node))


def _end_of(call: "Node") -> int:
    callee = call.child_by_field_name("function")
    return int((callee or call).end_point[0]) + 1


def _outside_tests(tree: SourceTree) -> "Iterator[Node]":
    """Calls that are in nothing with a `test` in its attribute; what lies in a test ends before the test does."""
    marked = {mark.id for mark in tree.of({"attribute_item"}) if "test" in text_of(mark)}
    tests_end = 0
    for node in tree.all:
        before = tree.before(node)
        if before is not None and before.id in marked:
            tests_end = max(tests_end, node.end_byte)
        if node.start_byte >= tests_end and node.type in _CALLS:
            yield node


def java_ways(tree: SourceTree) -> Iterator[Finding]:
    """Broad handlers, strings compared by identity, printing."""
    throws = [node.start_byte for node in tree.of(tree.kinds.throws)]
    for node in tree.of({"catch_clause"}):
        kind = next((child for child in node.named_children if child.type == "catch_formal_parameter"), None)
        caught = text_of(kind).split()[0:1]
        if caught and caught[0] in _BROAD and not _any_within(throws, node):
            yield found("broad-except", line_of(node), what=caught[0])
    for node in tree.of({"binary_expression"}):
        operator = node.child_by_field_name("operator")
        sides = (node.child_by_field_name("left"), node.child_by_field_name("right"))
        if operator is not None and operator.type in ("==", "!=") and any(_is_string(side) for side in sides):
            yield found("string-identity", line_of(node))
    for call in tree.of({"method_invocation"}):
        name = called_name(call)
        if name.startswith(("System.out.", "System.err.")) or name.endswith(".printStackTrace"):
            yield found("debug-output", line_of(call), name=name)


def _any_within(places: Sequence[int], node: "Node") -> bool:
    first = bisect_left(places, node.start_byte)
    return first < len(places) and places[first] < node.end_byte


def _is_string(node: "Node | None") -> bool:
    return node is not None and node.type == "string_literal"


def cpp_ways(tree: SourceTree) -> Iterator[Finding]:
    """Memory that somebody has to give back by hand."""
    for node in tree.of({"new_expression"}):
        if not _is_owned(tree, node):
            yield found("raw-new", line_of(node))


def _is_owned(tree: SourceTree, node: "Node") -> bool:
    outer = tree.parent(node)
    return outer is not None and outer.type == "argument_list"
