"""Names that nobody uses, and names that hide others."""

import ast
import re
from collections.abc import Iterator

from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.syntax.python_source import Function, PythonSource, children_of, inside
from nexy.modules.ai_router.offline_code.wording import word_set

_WORD = re.compile(r"\w+")
# Those that code really calls; hiding `copyright` or `id` hurts nobody.
_MISSED = word_set("builtins")


def unused_imports(source: PythonSource) -> Iterator[Finding]:
    """Imported and never mentioned again; a re-export (`__all__`, `as` itself, noqa) is a use."""
    used = _used_names(source)
    imports: list[ast.Import | ast.ImportFrom] = [*source.of(ast.Import), *source.of(ast.ImportFrom)]
    for node in imports:
        if _kept_on_purpose(source, node):
            continue
        for alias in node.names:
            bound = alias.asname or alias.name.partition(".")[0]
            if alias.name != "*" and bound not in used and alias.asname != alias.name:
                yield found("unused-import", alias.lineno, name=alias.asname or alias.name)


def _used_names(source: PythonSource) -> frozenset[str]:
    used = {node.id for node in source.of(ast.Name) if not isinstance(node.ctx, ast.Store)}
    for node in source.of(ast.Constant):
        # Annotations in quotes, and the names that __all__ lists.
        if isinstance(node.value, str) and not isinstance(source.parents[node], ast.Expr):
            used.update(_WORD.findall(node.value) if len(node.value) < 200 else ())
    return frozenset(used)


def _kept_on_purpose(source: PythonSource, node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.ImportFrom) and node.module == "__future__":
        return True
    if "noqa" in source.lines[node.lineno - 1]:
        return True
    trying = source.owner(node, ast.Try)
    return isinstance(trying, ast.Try) and any(
        isinstance(handler.type, ast.Name) and handler.type.id in ("ImportError", "ModuleNotFoundError")
        for handler in trying.handlers
    )


def unused_variables(source: PythonSource) -> Iterator[Finding]:
    """Local names that are given a value and never read."""
    for function in source.functions:
        read = _read_in(function)
        if "locals" in read:
            continue
        given: dict[str, int] = {}
        for node in inside(function):
            for target in _plain_targets(node):
                given.setdefault(target.id, target.lineno)
        for name, line in given.items():
            if name not in read and not name.startswith("_"):
                yield found("unused-variable", line, name=name, function=function.name)


def _plain_targets(node: ast.AST) -> Iterator[ast.Name]:
    match node:
        case ast.Assign(targets=targets):
            yield from (target for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name() as target, value=value) if value is not None:
            yield target


def _read_in(function: Function) -> set[str]:
    read: set[str] = set()
    waiting: list[ast.AST] = [function]
    for node in waiting:
        waiting += children_of(node)
        match node:
            case ast.Name(id=name, ctx=ast.Load() | ast.Del()):
                read.add(name)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                read.update(names)
            case ast.AugAssign(target=ast.Name(id=name)):
                read.add(name)
    return read


def shadowed_builtins(source: PythonSource) -> Iterator[Finding]:
    """Parameters and local or module names that are called like a much used builtin."""
    seen: set[tuple[ast.AST | None, str]] = set()
    scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
    for arg in source.of(ast.arg):
        if arg.arg in _MISSED:
            seen.add((source.owner(arg, *scopes), arg.arg))
            yield found("shadowed-builtin", arg.lineno, name=arg.arg)
    for node in source.of(ast.Name):
        scope = source.owner(node, *scopes)
        if not isinstance(node.ctx, ast.Store) or node.id not in _MISSED or isinstance(scope, ast.ClassDef):
            continue
        if (scope, node.id) not in seen:
            seen.add((scope, node.id))
            yield found("shadowed-builtin", node.lineno, name=node.id)
