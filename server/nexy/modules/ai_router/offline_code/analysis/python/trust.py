"""Checks that are left out: of certificates, of who may, of who guesses."""

import ast
import re
from collections.abc import Iterator
from itertools import islice

from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.syntax.python_source import PythonSource, dotted

_MOST_PARTS = 200
_WEAK_HASHES = frozenset({"md5", "sha1"})
_SECRET = re.compile(
    r"pass(?:word|wd|phrase)?s?(?:_|$)|pwd|secret|credential|(?:auth|access)_?token|api_?key", re.IGNORECASE
)
_ACCESS = re.compile(
    r"admin|permi(?:t|ssion)|authori[sz]|authenticat|allowed|(?:^|_)roles?(?:_|$)|is_(?:staff|owner|superuser)"
    r"|logged_in|has_access",
    re.IGNORECASE,
)
# Who decodes a token by `verify=False` does something else.
_ASKS = frozenset({
    "get", "post", "put", "patch", "delete", "head", "options", "request", "send", "stream", "Session", "Client",
    "AsyncClient",
})  # fmt: skip
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def unchecked_certificates(source: PythonSource) -> Iterator[Finding]:
    """`verify=False`, and contexts that check nothing."""
    for call in source.of(ast.Call):
        name = dotted(call.func)
        if name.endswith("_create_unverified_context"):
            yield found("unverified-tls", call.lineno, name=name)
        elif name.rpartition(".")[2] in _ASKS and any(_trusts_anybody(keyword) for keyword in call.keywords):
            yield found("unverified-tls", call.lineno, name=f"{name}(verify=False)")


def _trusts_anybody(keyword: ast.keyword) -> bool:
    return keyword.arg == "verify" and isinstance(keyword.value, ast.Constant) and keyword.value.value is False


def weak_hashes(source: PythonSource) -> Iterator[Finding]:
    """A fast hash of what nobody may guess; for anything else such a hash may be right."""
    for call in source.of(ast.Call):
        name = dotted(call.func)
        hashes = name.removeprefix("hashlib.") in _WEAK_HASHES
        if hashes and any(_SECRET.search(word) for argument in call.args for word in _words_of(argument)):
            yield found("weak-hash", call.lineno, name=name)


def temporary_names(source: PythonSource) -> Iterator[Finding]:
    """A name that is free now and may be taken a moment later."""
    for call in source.of(ast.Call):
        if dotted(call.func) in ("tempfile.mktemp", "mktemp", "os.tempnam", "os.tmpnam"):
            yield found("unsafe-temp-file", call.lineno, name=dotted(call.func))


def asserted_access(source: PythonSource) -> Iterator[Finding]:
    """Who may do something is asked by `assert`; tests may."""
    for node in source.of(ast.Assert):
        function = source.owner(node, *_FUNCTIONS)
        tests = isinstance(function, _FUNCTIONS) and function.name.startswith("test")
        if not tests and "pytest" not in source.code and asks_for_access(node.test):
            yield found("assert-access", node.lineno, test=ast.unparse(node.test)[:60])


def asks_for_access(test: ast.expr) -> bool:
    """Whether the names in it speak of rights."""
    return not isinstance(test, ast.Tuple) and any(_ACCESS.search(word) for word in _words_of(test))


def _words_of(node: ast.AST) -> Iterator[str]:
    # Calls may hold one another: to read each to its end would take quadratic time.
    for part in islice(ast.walk(node), _MOST_PARTS):
        match part:
            case ast.Name(id=word) | ast.Attribute(attr=word):
                yield word
            case ast.Subscript(slice=ast.Constant(value=str() as word)):
                yield word
