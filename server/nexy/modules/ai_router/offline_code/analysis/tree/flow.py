"""Code that is never reached, never ends, does the same either way, or loses an error."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.syntax.source_tree import SourceTree, line_of, text_of
from nexy.modules.ai_router.offline_code.syntax.tree_names import function_name, owner_name
from nexy.modules.ai_router.offline_code.syntax.tree_outline import called_name

if TYPE_CHECKING:
    from tree_sitter import Node

_HOISTED = frozenset({"function_declaration", "generator_function_declaration", "labeled_statement", "empty_statement"})
_MAY_NOT_RUN = frozenset({"ternary_expression", "conditional_expression", "binary_expression", "optional_chain"})
# How a method names itself; a bare name inside one is a function outside.
_OF_METHODS = ("this.", "self.", "Self::")


def unreachable(tree: SourceTree) -> Iterator[Finding]:
    """The first statement behind one that always leaves."""
    for block in tree.of(tree.kinds.blocks):
        statements = _statements(tree, block)
        for before, after in pairwise(statements):
            if _leaves(tree, before) and after.type not in _HOISTED and after.type not in tree.kinds.functions:
                yield found("unreachable-code", line_of(after))
                break


def _statements(tree: SourceTree, block: "Node") -> "Sequence[Node]":
    return [node for node in block.named_children if node.type not in tree.kinds.comments]


def _leaves(tree: SourceTree, statement: "Node") -> bool:
    if statement.type == "expression_statement" and statement.named_children:
        statement = statement.named_children[0]
    return statement.type in tree.kinds.jumps


def same_branches(tree: SourceTree) -> Iterator[Finding]:
    """An `if` whose other branch does the same."""
    for node in tree.of(tree.kinds.ifs):
        then, other = node.child_by_field_name("consequence"), node.child_by_field_name("alternative")
        if then is None or other is None:
            continue
        block = other.named_children[0] if other.type == "else_clause" and other.named_children else other
        if block.type in tree.kinds.ifs and (twin := block.child_by_field_name("consequence")) is not None:
            block = twin
        if len(_squeezed(then)) > 4 and _squeezed(then) == _squeezed(block):
            yield found("duplicate-branch", line_of(other))


def _squeezed(node: "Node") -> str:
    return " ".join(text_of(node).split())


def swallowed_errors(tree: SourceTree) -> Iterator[Finding]:
    """A handler without a statement and without a word why."""
    for node in tree.of(tree.kinds.catches):
        body = node.child_by_field_name("body")
        if body is not None and not body.named_children:
            yield found("swallowed-error", line_of(node))


def endless_recursion(tree: SourceTree) -> Iterator[Finding]:
    """A function that calls itself before anything could stop it."""
    for function in tree.of(tree.kinds.functions):
        body = function.child_by_field_name("body")
        name = function_name(tree, function)
        if body is None or not name or body.type not in tree.kinds.blocks | {"block"}:
            continue
        if line := _calls_itself(tree, body, _own_names(tree, function, name)):
            yield found("endless-recursion", line, name=name)


def _own_names(tree: SourceTree, function: "Node", name: str) -> frozenset[str]:
    bare = tree.language in ("java", "cpp") or not owner_name(tree, function)
    return frozenset({name} if bare else {prefix + name for prefix in _OF_METHODS})


def _calls_itself(tree: SourceTree, body: "Node", own: frozenset[str]) -> int:
    block = body.named_children[0] if body.named_children and body.named_children[0].type == "statement_list" else body
    stops = tree.kinds.ifs | tree.kinds.loops | tree.kinds.nests
    for statement in _statements(tree, block):
        inner = statement.named_children[0] if statement.named_children else statement
        if statement.type in stops or (statement.type == "expression_statement" and inner.type in stops):
            return 0
        if line := _sure_call(tree, statement, own):
            return line
        if _leaves(tree, statement):
            return 0
    return 0


def _sure_call(tree: SourceTree, statement: "Node", own: frozenset[str]) -> int:
    kept = tree.kinds.functions | tree.kinds.classes | tree.kinds.ifs | tree.kinds.nests | {"yield_expression"}
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        if node.type in tree.kinds.calls and called_name(node) in own:
            return line_of(node)
        if node.type in kept or (node.type in _MAY_NOT_RUN and _short_circuits(node)):
            continue
        waiting.extend(node.named_children)
    return 0


def _short_circuits(node: "Node") -> bool:
    operator = node.child_by_field_name("operator")
    return operator is None or operator.type in ("&&", "||", "??")


def assigned_conditions(tree: SourceTree) -> Iterator[Finding]:
    """`if (x = 1)`; a second pair of brackets says that it is meant."""
    for node in tree.of(tree.kinds.ifs):
        condition = node.child_by_field_name("condition")
        inner = condition.named_children[0] if condition is not None and condition.named_children else None
        if inner is not None and inner.type == "assignment_expression" and tree.language != "rust":
            yield found("assignment-in-condition", line_of(inner), code=text_of(inner)[:60])
