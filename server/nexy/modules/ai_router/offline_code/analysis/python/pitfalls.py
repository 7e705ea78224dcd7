"""Python's well-known traps."""

import ast
from collections.abc import Iterator

from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.analysis.python.trust import asks_for_access
from nexy.modules.ai_router.offline_code.syntax.python_source import PythonSource, dotted, inside

_MUTABLE_CALLS = frozenset({"list", "dict", "set", "defaultdict", "collections.defaultdict", "deque", "bytearray"})
_CHANGES = frozenset({"remove", "append", "insert", "pop", "clear", "add", "discard", "extend", "update", "popitem"})
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def mutable_defaults(source: PythonSource) -> Iterator[Finding]:
    """A default that every call shares."""
    for function in (*source.functions, *source.of(ast.Lambda)):
        for default in (*function.args.defaults, *function.args.kw_defaults):
            if default is not None and _is_mutable(default):
                yield found("mutable-default", default.lineno, value=ast.unparse(default)[:40])


def _is_mutable(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return dotted(node.func) in _MUTABLE_CALLS
    return isinstance(node, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)


def odd_comparisons(source: PythonSource) -> Iterator[Finding]:
    """`== None`, `== True`, `is "text"`."""
    for node in source.of(ast.Compare):
        for operator, value in zip(node.ops, node.comparators, strict=True):
            if not isinstance(value, ast.Constant):
                continue
            equal = isinstance(operator, ast.Eq | ast.NotEq)
            if equal and value.value is None:
                word = "is" if isinstance(operator, ast.Eq) else "is not"
                yield found("compare-to-none", node.lineno, better=f"{ast.unparse(node.left)} {word} None")
            elif equal and isinstance(value.value, bool):
                yield found("compare-to-bool", node.lineno, value=str(value.value))
            elif isinstance(operator, ast.Is | ast.IsNot) and _has_twins(value.value):
                yield found("is-literal", node.lineno, value=repr(value.value)[:40])


def _has_twins(value: object) -> bool:
    """Whether two equal ones may be two objects."""
    return isinstance(value, str | bytes | int | float) and not isinstance(value, bool)


def asserts(source: PythonSource) -> Iterator[Finding]:
    """Checks of what comes in that `python -O` leaves out; those of tests and of plain types are meant so."""
    for node in source.of(ast.Assert):
        if isinstance(node.test, ast.Tuple) and node.test.elts:
            yield found("assert-tuple", node.lineno)
        elif not asks_for_access(node.test) and _checks_a_parameter(source, node):
            yield found("assert-validation", node.lineno, test=ast.unparse(node.test)[:60])


def _checks_a_parameter(source: PythonSource, node: ast.Assert) -> bool:
    function = source.owner(node, *_FUNCTIONS)
    if not isinstance(function, _FUNCTIONS) or function.name.startswith("test") or "pytest" in source.code:
        return False
    if not isinstance(node.test, ast.Compare | ast.UnaryOp | ast.BoolOp | ast.Name) or _narrows(node.test):
        return False
    parameters = {arg.arg for arg in (*function.args.args, *function.args.kwonlyargs)}
    return any(isinstance(part, ast.Name) and part.id in parameters for part in ast.walk(node.test))


def _narrows(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is | ast.IsNot)


def changed_while_iterated(source: PythonSource) -> Iterator[Finding]:
    """A loop that changes what it goes through, and goes on."""
    for loop in source.of(ast.For):
        if not (name := dotted(loop.iter)):
            continue
        for node in inside(loop):
            if _changes(node, name) and not _leaves_after(source, node):
                yield found("changed-while-iterated", node.lineno, name=name)  # type: ignore[attr-defined]
                break


def _changes(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=attr) as method):
            return attr in _CHANGES and dotted(method.value) == name
        case ast.Delete(targets=targets):
            return any(isinstance(target, ast.Subscript) and dotted(target.value) == name for target in targets)
    return False


def _leaves_after(source: PythonSource, node: ast.AST) -> bool:
    statement: ast.AST = node
    while not isinstance(statement, ast.stmt):
        statement = source.parents[statement]
    body = getattr(source.parents[statement], "body", [])
    if statement not in body:
        return True
    return any(isinstance(later, ast.Break | ast.Return | ast.Raise) for later in body[body.index(statement) :])


def leaks(source: PythonSource) -> Iterator[Finding]:
    """`open` whose file nobody is sure to close."""
    closed = _closed_names(source)
    for call in source.of(ast.Call):
        if dotted(call.func) != "open":
            continue
        parent = source.parents[call]
        closes = isinstance(parent, ast.withitem | ast.Return | ast.Call)
        kept = isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Attribute)
        if not closes and not kept and not _is_named_in(closed, parent):
            yield found("resource-leak", call.lineno)


def _closed_names(source: PythonSource) -> frozenset[str]:
    """What is closed by hand or by `with`, wherever that is."""
    called = (dotted(call.func) for call in source.of(ast.Call))
    closed = {name.removesuffix(".close") for name in called if name.endswith(".close")}
    return frozenset(closed.union(dotted(item.context_expr) for item in source.of(ast.withitem)))


def _is_named_in(closed: frozenset[str], parent: ast.AST) -> bool:
    return isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name) and parent.targets[0].id in closed
