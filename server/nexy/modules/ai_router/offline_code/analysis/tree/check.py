"""Every check of code that tree-sitter reads."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.analysis.text_rules import todo_in
from nexy.modules.ai_router.offline_code.analysis.tree import danger, flow, names, others, script
from nexy.modules.ai_router.offline_code.syntax.source_tree import SourceTree, line_of, whole_text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_Check = Callable[[SourceTree], Iterator[Finding]]
_EVERYWHERE: Sequence[_Check] = (
    flow.unreachable,
    flow.same_branches,
    flow.swallowed_errors,
    flow.endless_recursion,
    flow.assigned_conditions,
    names.unused_imports,
    names.unused_variables,
    danger.built_queries,
    danger.dangerous_calls,
    danger.secrets,
)
_SCRIPT: Sequence[_Check] = (
    script.old_keywords,
    script.loose_types,
    script.left_behind,
    script.lost_promises,
    danger.unsafe_html,
)
_ONLY: Mapping[str, Sequence[_Check]] = {
    "typescript": _SCRIPT,
    "tsx": _SCRIPT,
    "javascript": _SCRIPT,
    "go": (others.go_ways,),
    "rust": (others.rust_ways,),
    "java": (others.java_ways,),
    "cpp": (others.cpp_ways,),
}


def tree_findings(tree: SourceTree) -> Iterator[Finding]:
    """What the tree tells, and what the comments leave to be done; of broken code above all where it breaks."""
    if tree.root.has_error:
        yield _mistake(tree)
        return
    for check in (*_EVERYWHERE, *_ONLY.get(tree.language, ())):
        yield from check(tree)
    for node in tree.of(tree.kinds.comments):
        for offset, line in enumerate(whole_text_of(node).splitlines()):
            if todo := todo_in(line):
                yield found("todo", line_of(node) + offset, mark=todo[0], text=todo[1])


def _mistake(tree: SourceTree) -> Finding:
    node = _first_mistake(tree.root)
    missing = node.type if node.is_missing else ""
    return found("syntax-error", line_of(node), message=f"missing {missing}" if missing else "unexpected text")


def _first_mistake(node: "Node") -> "Node":
    while not (node.is_error or node.is_missing):
        inner = next((child for child in node.children if child.has_error or child.is_missing), None)
        if inner is None:
            break
        node = inner
    return node
