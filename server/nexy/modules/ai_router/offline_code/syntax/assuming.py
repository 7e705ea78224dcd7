"""Which language code is in that comes without a word on it: by its marks, else by which parser takes it."""

import ast
import json
import re
import time
from typing import TYPE_CHECKING

from nexy.modules.ai_router.offline_code.syntax.kinds import kinds_of
from nexy.modules.ai_router.offline_code.syntax.languages import guess_language
from nexy.modules.ai_router.offline_code.syntax.python_source import python_source
from nexy.utils.code_languages import normal_name
from nexy.utils.grammars import grammar_of
from nexy.utils.patient_parse import parse_within

if TYPE_CHECKING:
    from tree_sitter import Node

_TRIED = ("javascript", "typescript", "go", "rust", "java", "c", "cpp")
_LOOKED_AT = 4000
_MOST_SECONDS = 0.05
_LINES_PER_MISTAKE = 20
_FENCED = re.compile(r"\s*```(\w*)[ \t]*\n(.*?)\n?```\s*\Z", re.DOTALL)
# Statements that prose and data never are by chance.
_SAYS_LITTLE = (ast.Name, ast.Constant, ast.Tuple, ast.Load, ast.UnaryOp, ast.unaryop, ast.BinOp, ast.operator,
                ast.Compare, ast.cmpop, ast.Dict, ast.List, ast.Set, ast.AnnAssign, ast.Store, ast.Attribute,
                ast.BoolOp, ast.boolop, ast.Expr, ast.Module)  # fmt: skip


def unfenced(code: str) -> tuple[str, str]:
    """The language of the fence that stands around all of the code, and what is in it; lines keep their numbers."""
    fence = _FENCED.match(code) if code.lstrip().startswith("```") else None
    if fence is None:
        return "", code
    return normal_name(fence[1]), "\n" * code[: fence.start(2)].count("\n") + fence[2]


def assumed_language(code: str) -> str:
    """The likeliest language, "" for what is no code in any that is known here; takes a moment at most."""
    if marked := guess_language(code):
        return marked
    head = _head(code)
    if not head.strip() or _is_data(head):
        return ""
    return "python" if _is_python(head) else _best_grammar(head)


def _head(code: str) -> str:
    return code if len(code) <= _LOOKED_AT else code[:_LOOKED_AT].rpartition("\n")[0]


def _is_data(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_python(code: str) -> bool:
    source = python_source(code)
    return not isinstance(source, SyntaxError) and any(not isinstance(one, _SAYS_LITTLE) for one in source.every)


def _best_grammar(code: str) -> str:
    ends = time.thread_time() + _MOST_SECONDS
    most = code.count("\n") // _LINES_PER_MISTAKE
    best = ""
    for language in _TRIED:
        grammar, left = grammar_of(language), ends - time.thread_time()
        if left <= 0:
            break
        tree = parse_within(grammar, code.encode("utf-8", "replace"), left) if grammar is not None else None
        if tree is None:
            continue
        mistakes, tells = _read(tree.root_node, language)
        if tells and mistakes <= most:
            best, most = language, mistakes - 1
        if most < 0:
            break
    return best


def _read(root: "Node", language: str) -> tuple[int, bool]:
    """How many mistakes the tree has, and whether anything in it is more than a name."""
    kinds = kinds_of(language)
    telling = kinds.calls | kinds.declares | kinds.functions | kinds.classes | kinds.imports | kinds.loops
    mistakes, tells = 0, False
    waiting = [root]
    while waiting:
        node = waiting.pop()
        mistakes += node.is_error or node.is_missing
        tells = tells or node.type in telling
        waiting.extend(node.children)
    return mistakes, tells
