"""One piece of Python as its own parser sees it."""

import ast
import threading
import warnings
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeVar

N = TypeVar("N", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef
_filters = threading.Lock()


class PythonSource:
    """Its nodes by type, each with its parent; lines count from 1."""

    __slots__ = ("_nodes", "_owners", "code", "every", "lines", "parents", "tree")

    def __init__(self, code: str) -> None:
        self.code = code
        self.lines = code.splitlines()
        self.tree = _parse(code)
        self.parents: dict[ast.AST, ast.AST] = {}
        self._nodes: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        self._owners: dict[tuple[type[ast.AST], ...], dict[ast.AST, ast.AST | None]] = {}
        # Breadth first, without recursion: code can be nested deeper than our stack.
        self.every: list[ast.AST] = [self.tree]
        for node in self.every:
            self._nodes[type(node)].append(node)
            children = children_of(node)
            self.parents.update(dict.fromkeys(children, node))
            self.every += children

    def of(self, kind: type[N]) -> Sequence[N]:
        """The nodes of exactly this type."""
        return self._nodes.get(kind, [])  # type: ignore[return-value]

    @property
    def functions(self) -> Sequence[Function]:
        """Every function with a name, in the order of the text."""
        found: list[Function] = [*self.of(ast.FunctionDef), *self.of(ast.AsyncFunctionDef)]
        return sorted(found, key=lambda function: function.lineno)

    def owner(self, node: ast.AST, *kinds: type[ast.AST]) -> ast.AST | None:
        """The nearest node around it that is of one of these types."""
        known = self._owners.setdefault(kinds, {})
        passed: list[ast.AST] = []
        outer = self.parents.get(node)
        while outer is not None and not isinstance(outer, kinds) and outer not in known:
            passed.append(outer)
            outer = self.parents.get(outer)
        found = known.get(outer, outer) if outer is not None and not isinstance(outer, kinds) else outer
        # A long chain of `elif` is as deep as it is long: nobody climbs the same part of it twice.
        known.update(dict.fromkeys(passed, found))
        return found


def python_source(code: str) -> "PythonSource | SyntaxError":
    """The tree, or what is wrong; code that Python refuses for another reason than its grammar too."""
    try:
        return PythonSource(code)
    except SyntaxError as error:
        return error
    except (RecursionError, MemoryError, ValueError) as error:
        return SyntaxError(str(error) or "nested too deeply", ("", 1, 1, "", 1, 1))


def children_of(node: ast.AST) -> list[ast.AST]:
    """Its direct parts, in order; what the standard library gives, in a third of its time."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found += [part for part in value if isinstance(part, ast.AST)]
    return found


def inside(function: ast.AST) -> Iterator[ast.AST]:
    """What a function does itself: its nodes without those of functions and classes in it."""
    waiting = [function]
    while waiting:
        node = waiting.pop()
        if node is not function:
            yield node
        if node is function or not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting.extend(reversed(children_of(node)))


def dotted(node: ast.AST) -> str:
    """`a.b.c` of names and attributes, "" for anything else; a call or index in front is left out (".c")."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    parts.append(node.id if isinstance(node, ast.Name) else "")
    return ".".join(reversed(parts))


def _parse(code: str) -> ast.Module:
    # Python warns of odd escapes in the code that it reads; that is nothing for our own log.
    with _filters, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(code)
