"""Where text from outside may become a query, a command or code."""

import ast
from collections.abc import Iterator

from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.analysis.text_rules import looks_like_secret, looks_like_sql
from nexy.modules.ai_router.offline_code.syntax.python_source import PythonSource, dotted

_UNSAFE_LOADS = frozenset({"pickle.load", "pickle.loads", "marshal.load", "marshal.loads", "shelve.open", "dill.loads"})
_SHELLS = frozenset({"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"})
_SAFE_LOADERS = frozenset({"SafeLoader", "CSafeLoader", "BaseLoader"})


def built_queries(source: PythonSource) -> Iterator[Finding]:
    """SQL that is put together from text and values."""
    for kind in (ast.JoinedStr, ast.BinOp, ast.Call):
        for node in source.of(kind):
            # The parts of a sum are sums themselves: only the whole of it is put together.
            if isinstance(source.parents[node], ast.BinOp):
                continue
            text = _built_text(node)
            if text and looks_like_sql(text, _called(source, node)):
                yield found("sql-injection", node.lineno)


def _built_text(node: ast.AST) -> str:
    """What the string says, with ? for its values; "" for a string without any."""
    match node:
        case ast.JoinedStr(values=values) if any(isinstance(value, ast.FormattedValue) for value in values):
            return "".join(_constant(value) or "?" for value in values)
        case ast.BinOp(left=left, op=ast.Mod()):
            return _constant(left)
        case ast.BinOp(op=ast.Add()):
            parts = [_constant(part) for part in _sum_parts(node)]
            return "".join(part or "?" for part in parts) if "" in parts else ""
        case ast.Call(func=ast.Attribute(value=value, attr="format")):
            return _constant(value)
    return ""


def _sum_parts(node: ast.expr) -> list[ast.expr]:
    parts: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts.append(node.right)
        node = node.left
    return [node, *reversed(parts)]


def _constant(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _called(source: PythonSource, node: ast.AST) -> str:
    parent = source.parents[node]
    return dotted(parent.func) if isinstance(parent, ast.Call) else ""


def dangerous_calls(source: PythonSource) -> Iterator[Finding]:
    """Calls that run what they are given."""
    for call in source.of(ast.Call):
        name = dotted(call.func)
        fixed = bool(call.args) and isinstance(call.args[0], ast.Constant)
        if name in ("eval", "exec") and not fixed:
            yield found("dynamic-code", call.lineno, name=name)
        elif name in _UNSAFE_LOADS or (name == "yaml.load" and not _loads_safely(call)):
            yield found("unsafe-deserialization", call.lineno, name=name)
        elif not fixed and (name in _SHELLS or _asks_for_a_shell(call)):
            yield found("shell-injection", call.lineno, name=name)


def _asks_for_a_shell(call: ast.Call) -> bool:
    return any(
        keyword.arg == "shell" and isinstance(keyword.value, ast.Constant) and keyword.value.value is True
        for keyword in call.keywords
    )


def _loads_safely(call: ast.Call) -> bool:
    given = [*call.args[1:], *(keyword.value for keyword in call.keywords if keyword.arg == "Loader")]
    return any(dotted(value).rpartition(".")[2] in _SAFE_LOADERS for value in given)


def secrets(source: PythonSource) -> Iterator[Finding]:
    """Keys and passwords written into the code."""
    for node in source.of(ast.Assign):
        if value := _constant(node.value):
            name = dotted(node.targets[0]).rpartition(".")[2]
            if looks_like_secret(name, value):
                yield found("hardcoded-secret", node.lineno, name=name)
    for keyword in source.of(ast.keyword):
        if (value := _constant(keyword.value)) and keyword.arg and looks_like_secret(keyword.arg, value):
            yield found("hardcoded-secret", keyword.lineno, name=keyword.arg)
