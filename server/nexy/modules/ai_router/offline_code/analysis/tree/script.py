"""What is odd in TypeScript and JavaScript alone."""

import re
from collections.abc import Iterator

from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.syntax.source_tree import SourceTree, line_of, text_of
from nexy.modules.ai_router.offline_code.syntax.tree_names import is_async
from nexy.modules.ai_router.offline_code.syntax.tree_outline import called_name

_LOG = re.compile(r"^console\.(?:log|debug|dir|table)$")
_IGNORES = re.compile(r"@ts-(?:ignore|nocheck)\b")


def old_keywords(tree: SourceTree) -> Iterator[Finding]:
    """`var`, and `==` with anything but null."""
    for node in tree.of({"variable_declaration"}):
        yield found("var-keyword", line_of(node))
    for node in tree.of({"binary_expression"}):
        operator, right = node.child_by_field_name("operator"), node.child_by_field_name("right")
        if operator is not None and operator.type in ("==", "!=") and text_of(right) not in ("null", "undefined"):
            yield found("loose-equality", line_of(node), better=operator.type + "=")


def loose_types(tree: SourceTree) -> Iterator[Finding]:
    """`any`, and comments that silence the compiler."""
    for node in tree.of({"predefined_type"}):
        if text_of(node) == "any":
            yield found("any-type", line_of(node))
    for node in tree.of(tree.kinds.comments):
        if mark := _IGNORES.search(text_of(node)):
            yield found("ts-ignore", line_of(node), mark=mark[0])


def left_behind(tree: SourceTree) -> Iterator[Finding]:
    """What was only there for a look."""
    for node in tree.of({"debugger_statement"}):
        yield found("debug-output", line_of(node), name="debugger")
    for call in tree.of({"call_expression"}):
        if _LOG.match(name := called_name(call)):
            yield found("debug-output", line_of(call), name=name)


def lost_promises(tree: SourceTree) -> Iterator[Finding]:
    """forEach with an async function: nobody waits for it."""
    for call in tree.of({"call_expression"}):
        given = call.child_by_field_name("arguments")
        if called_name(call).endswith(".forEach") and given is not None and given.named_children:
            first = given.named_children[0]
            if first.type in tree.kinds.functions and is_async(first):
                yield found("async-foreach", line_of(call))
