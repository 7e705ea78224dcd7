"""Changes to given code that keep what it does: only those that its syntax tree proves to be safe."""

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from nexy.modules.ai_router.offline_code.generation.edits import Edit, edited
from nexy.modules.ai_router.offline_code.generation.script_names import ScriptNames
from nexy.modules.ai_router.offline_code.syntax.python_source import PythonSource, python_source
from nexy.modules.ai_router.offline_code.syntax.source_tree import SourceTree, parsed, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_NONE = {ast.Eq: "is", ast.NotEq: "is not"}


def refactored(code: str, language: str) -> tuple[str, int]:
    """The code and how many places of it were changed; broken code stays as it is."""
    if language == "python":
        source = python_source(code)
        edits = [] if isinstance(source, SyntaxError) else list(_python(source))
    elif language in ("javascript", "typescript", "tsx"):
        tree = parsed(code, language)
        edits = [] if tree is None or tree.root.has_error else list(_script(tree))
    else:
        edits = []
    return edited(code, edits), len(edits)


def _python(source: PythonSource) -> Iterator[Edit]:
    """`== None` by identity; imports that nobody uses are told of, not removed: they may be there for their effects."""
    starts = [0]
    for text in source.code.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(text))
    for node in source.of(ast.Compare):
        if len(node.ops) == 1 and isinstance(node.comparators[0], ast.Constant) and node.comparators[0].value is None:
            word = _NONE.get(type(node.ops[0]))
            if word and node.left.end_lineno == node.comparators[0].lineno:
                assert node.left.end_lineno is not None
                assert node.left.end_col_offset is not None
                line = starts[node.left.end_lineno - 1]
                start, end = line + node.left.end_col_offset, line + node.comparators[0].col_offset
                between = source.code.encode()[start:end].decode()
                yield Edit(start=start, end=end, text=re.sub(r"[=!]=", word, between))


def _script(tree: SourceTree) -> Iterator[Edit]:
    names = ScriptNames(tree)
    for node in tree.of({"variable_declaration"}):
        if names.used_behind(node):
            declared = {text_of(one.child_by_field_name("name")) for one in node.named_children}
            word = "let" if declared & names.changed or not _all_have_values(node) else "const"
            yield Edit(start=node.start_byte, end=node.start_byte + 3, text=word)
    for node in tree.of({"binary_expression"}):
        operator = node.child_by_field_name("operator")
        if operator is not None and operator.type in ("==", "!=") and _same_types(names, node):
            yield Edit(start=operator.start_byte, end=operator.end_byte, text=operator.type + "=")


def _all_have_values(node: "Node") -> bool:
    return all(one.child_by_field_name("value") is not None for one in node.named_children)


def _same_types(names: ScriptNames, node: "Node") -> bool:
    """Whether both sides are known to be of one type: literals, or constants that hold one."""
    sides = (node.child_by_field_name("left"), node.child_by_field_name("right"))
    kinds = {"" if side is None else _literal_type(names, side) for side in sides}
    return len(kinds) == 1 and "" not in kinds


def _literal_type(names: ScriptNames, node: "Node") -> str:
    match node.type:
        case "unary_expression":
            return "string" if text_of(node).startswith("typeof") else ""
        case "true" | "false":
            return "boolean"
        case "number" | "string":
            return node.type
        case "identifier":
            value = names.only_value(text_of(node))
            return value.type if value is not None and value.type in ("number", "string") else ""
    return ""
