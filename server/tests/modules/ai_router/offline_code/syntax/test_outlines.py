"""Outlines of functions and classes."""

import pytest

from nexy.modules.ai_router.offline_code.syntax.outline import FunctionOutline
from nexy.modules.ai_router.offline_code.syntax.reading import outline_of
from support.code_corpus import LIMITS


def _first(code: str, language: str) -> FunctionOutline:
    outline = outline_of(code, language, LIMITS)
    assert outline is not None
    return outline.functions[0]


def test_python_parameters() -> None:
    """All kinds, without self; types and defaults as written."""
    code = "class A:\n    async def f(self, a, /, b: int = 1, *c, d=2, **e) -> str:\n        yield a\n"
    function = _first(code, "python")
    assert [one.name for one in function.parameters] == ["a", "b", "*c", "d", "**e"]
    assert (function.parameters[1].type, function.parameters[1].default) == ("int", "1")
    assert (function.owner, function.returns, function.is_async, function.generator) == ("A", "str", True, True)


@pytest.mark.parametrize(
    ("language", "code", "name", "owner", "parameters"),
    [
        ("typescript", "class A { m(a: number, ...b: string[]) {} }", "m", "A", ["a:number", "b:string[]"]),
        ("typescript", "const f = (a) => a;", "f", "", ["a:"]),
        ("javascript", "const f = x => x;", "f", "", ["x:"]),
        ("go", "package a\nfunc (s *S) F(a, b int) error { return nil }", "F", "S", ["a:int", "b:int"]),
        ("rust", "impl A { pub fn f(&self, a: &str) {} }", "f", "A", ["a:&str"]),
        ("java", "class A { public int f(int a) { return a; } }", "f", "A", ["a:int"]),
        ("c", "int *f(char *a, int b[]) { return 0; }", "f", "", ["a:char *", "b:int"]),
        ("cpp", "int f(int a = 1) { return a; }", "f", "", ["a:int"]),
    ],
)
def test_other_languages(language: str, code: str, name: str, owner: str, parameters: list[str]) -> None:
    """Names, owners and parameters."""
    pytest.importorskip("tree_sitter", reason="the extra `code` of nexy-server is not installed")
    function = _first(code, language)
    assert (function.name, function.owner) == (name, owner)
    assert [f"{one.name}:{one.type}" for one in function.parameters] == parameters


def test_broken_or_unknown_code_has_none() -> None:
    """Nothing is guessed."""
    assert outline_of("def f(:\n", "python", LIMITS) is None
    assert outline_of("x", "cobol", LIMITS) is None
