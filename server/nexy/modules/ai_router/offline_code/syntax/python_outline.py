"""The outline of Python code."""

import ast
from collections.abc import Sequence

from nexy.modules.ai_router.offline_code.syntax.outline import ClassOutline, FunctionOutline, Outline, Parameter
from nexy.modules.ai_router.offline_code.syntax.python_source import Function, PythonSource, dotted, inside

_IFS = ast.If | ast.IfExp | ast.Match
_LOOPS = ast.For | ast.AsyncFor | ast.While
_NESTS = ast.If | ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith | ast.Try | ast.TryStar | ast.Match


def python_outline(source: PythonSource, *, nesting: int) -> Outline:
    """Functions and classes in the order of the text; `nesting` is the depth from which on a line is deep."""
    return Outline(
        functions=[_function(source, function, nesting) for function in source.functions],
        classes=[_class(node) for node in source.of(ast.ClassDef)],
        imports=_imports(source),
        decisions=sum(decisions_of(node) for node in source.every),
    )


def decisions_of(node: ast.AST) -> int:
    """How many ways this node adds: McCabe's decisions, boolean operators and comprehensions among them."""
    match node:
        case ast.If() | ast.IfExp() | ast.For() | ast.AsyncFor() | ast.While() | ast.ExceptHandler() | ast.Assert():
            return 1
        case ast.comprehension(ifs=ifs):
            return 1 + len(ifs)
        case ast.BoolOp(values=values):
            return len(values) - 1
        case ast.match_case(pattern=pattern):
            return 0 if isinstance(pattern, ast.MatchAs) and pattern.pattern is None else 1
    return 0


def _function(source: PythonSource, function: Function, nesting: int) -> FunctionOutline:
    own = list(inside(function))
    outer = source.parents[function]
    depth, deep_line = _depth(function, nesting)
    owner = outer.name if isinstance(outer, ast.ClassDef) else ""
    return FunctionOutline(
        name=function.name,
        line=function.lineno,
        end_line=function.end_lineno or function.lineno,
        column=function.col_offset,
        owner=owner,
        parameters=_parameters(function, method=bool(owner)),
        returns=ast.unparse(function.returns) if function.returns else "",
        is_async=isinstance(function, ast.AsyncFunctionDef),
        public=not function.name.startswith("_") and not owner.startswith("_"),
        documented=ast.get_docstring(function, clean=False) is not None,
        nested=not isinstance(outer, ast.Module | ast.ClassDef),
        complexity=1 + sum(map(decisions_of, own)),
        nesting=depth,
        deep_line=deep_line,
        branches=sum(isinstance(node, _IFS) for node in own),
        loops=sum(isinstance(node, _LOOPS) for node in own),
        calls=_distinct([dotted(node.func) for node in own if isinstance(node, ast.Call)]),
        raises=_distinct([_raised(node) for node in own if isinstance(node, ast.Raise)]),
        gives=_distinct([ast.unparse(node.value) for node in own if isinstance(node, ast.Return) and node.value]),
        generator=any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own),
    )


def _parameters(function: Function, *, method: bool) -> Sequence[Parameter]:
    given = function.args
    plain = [*given.posonlyargs, *given.args]
    defaults: list[ast.expr | None] = [*[None] * (len(plain) - len(given.defaults)), *given.defaults]
    found = [_parameter(arg, default) for arg, default in zip(plain, defaults, strict=True)]
    if given.vararg:
        found.append(_parameter(given.vararg, None, "*"))
    found += [_parameter(arg, default) for arg, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)]
    if given.kwarg:
        found.append(_parameter(given.kwarg, None, "**"))
    static = any(isinstance(node, ast.Name) and node.id == "staticmethod" for node in function.decorator_list)
    return found[1:] if method and not static else found


def _parameter(arg: ast.arg, default: ast.expr | None, stars: str = "") -> Parameter:
    return Parameter(
        name=stars + arg.arg,
        type=ast.unparse(arg.annotation) if arg.annotation else "",
        default=ast.unparse(default) if default else "",
    )


def _depth(function: Function, limit: int) -> tuple[int, int]:
    deepest, line = 0, 0
    waiting: list[tuple[ast.AST, int]] = [(function, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > deepest:
            deepest = depth
        if depth > limit and (not line or node.lineno < line):  # type: ignore[attr-defined]
            line = node.lineno  # type: ignore[attr-defined]
        for child in _statements(node):
            elif_branch = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
            waiting.append((child, depth + (isinstance(child, _NESTS) and not elif_branch)))
    return deepest, line


def _statements(node: ast.AST) -> Sequence[ast.stmt]:
    found = [*getattr(node, "body", ()), *getattr(node, "orelse", ()), *getattr(node, "finalbody", ())]
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        found += part.body
    kept = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return [child for child in found if isinstance(child, ast.stmt) and not isinstance(child, kept)]


def _class(node: ast.ClassDef) -> ClassOutline:
    return ClassOutline(
        name=node.name,
        line=node.lineno,
        bases=[ast.unparse(base) for base in node.bases],
        documented=ast.get_docstring(node, clean=False) is not None,
    )


def _imports(source: PythonSource) -> Sequence[str]:
    names = [alias.name for node in source.of(ast.Import) for alias in node.names]
    names += ["." * node.level + (node.module or "") for node in source.of(ast.ImportFrom)]
    return _distinct(names)


def _raised(node: ast.Raise) -> str:
    cause = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return dotted(cause) if cause is not None else ""


def _distinct(texts: Sequence[str]) -> Sequence[str]:
    return tuple(dict.fromkeys(text for text in texts if text))
