"""Tests, documents and improvements of given code."""

import ast

import pytest

from nexy.modules.ai_router.offline_code.generation.documenting import documented
from nexy.modules.ai_router.offline_code.generation.generate import generate
from nexy.modules.ai_router.offline_code.generation.refactoring import refactored
from nexy.modules.ai_router.offline_code.generation.testing import tests_for as made_tests
from support.code_corpus import LIMITS
from support.parses import parses

pytest.importorskip("tree_sitter", reason="the extra `code` of nexy-server is not installed")


@pytest.mark.parametrize(
    ("language", "code", "calls"),
    [
        ("python", "async def load(n: int, s: str = '') -> int:\n    return n\n", "asyncio.run(load(1))"),
        ("typescript", "export async function f(a: string[]): Promise<void> {}\n", 'await f(["a", "b"])'),
        ("go", "package a\n\nfunc F(n int, s string) (int, error) { return n, nil }\n", 'got, err := F(1, "text")'),
        ("rust", "pub fn f(n: u32, s: &str) -> u32 { n }\n", 'f(1, "text")'),
    ],
)
def test_each_public_function_is_called_with_its_types(language: str, code: str, calls: str) -> None:
    """The file parses, and what is expected is left open."""
    tests = made_tests(code, language, "en", LIMITS)
    assert tests is not None
    assert (calls in tests, "TODO" in tests, parses(tests, language)) == (True, True, True)


@pytest.mark.parametrize("code", ["x = 1\n", "def _hidden():\n    return 1\n", "def f(:\n"])
def test_without_public_functions_there_are_no_tests(code: str) -> None:
    """The code comes back as it was, and the notes say why."""
    made = generate("write tests", code, "python", "en", LIMITS)
    assert made.code == code
    assert "No public function" in made.notes[0]


def test_docstrings_go_where_none_are() -> None:
    """The code is the same but for them."""
    code = 'def f(a, b):\n    if a:\n        raise ValueError(b)\n    return a\n\n\ndef g():\n    """Has one."""\n'
    text, count = documented(code, "python", LIMITS)
    tree = ast.parse(text)
    first = tree.body[0]
    assert isinstance(first, ast.FunctionDef)
    assert count == 1
    assert all(word in (ast.get_docstring(first) or "") for word in ("a: TODO", "ValueError: TODO", "Returns"))
    first.body.pop(0)
    assert ast.unparse(tree) == ast.unparse(ast.parse(code))


def test_a_one_line_function_is_left_alone() -> None:
    """There is no room for a docstring."""
    assert documented("def f(): return 1\n", "python", LIMITS) == ("def f(): return 1\n", 0)


@pytest.mark.parametrize(
    ("language", "code", "text"),
    [
        ("go", "package a\n\nfunc Add(a int) int { return a }\n", "// Add TODO: add."),
        ("rust", "pub fn add(a: i32) -> i32 { a }\n", "/// TODO: add."),
        ("typescript", "class A {\n  sum(a: number): number {\n    return a;\n  }\n}\n", "  /**\n   * TODO: sum."),
    ],
)
def test_other_languages_get_comments(language: str, code: str, text: str) -> None:
    """In their own form, indented as the function is."""
    documents, count = documented(code, language, LIMITS)
    assert (text in documents, count, parses(documents, language)) == (True, 1, True)


@pytest.mark.parametrize(
    ("code", "better"),
    [
        ("var a = 1;\nuse(a);\n", "const a = 1;\nuse(a);\n"),
        ("var a = 1;\na += 1;\n", "let a = 1;\na += 1;\n"),
        ("var a;\na = 1;\n", "let a;\na = 1;\n"),
        ("if (typeof x == 'string') { f(); }\n", "if (typeof x === 'string') { f(); }\n"),
        # Hoisted, declared twice, used outside its block, of unknown type: better left alone.
        ("use(a);\nvar a = 1;\n", "use(a);\nvar a = 1;\n"),
        ("var a = 1;\nvar a = 2;\n", "var a = 1;\nvar a = 2;\n"),
        ("if (x) { var a = 1; }\nuse(a);\n", "if (x) { var a = 1; }\nuse(a);\n"),
        ("if (x == 1) { f(); }\n", "if (x == 1) { f(); }\n"),
    ],
)
def test_scripts_are_changed_only_where_it_is_safe(code: str, better: str) -> None:
    """var becomes const or let, == becomes ===; everything doubtful stays."""
    assert refactored(code, "javascript")[0] == better


@pytest.mark.parametrize(
    ("code", "better"),
    [
        ("x == None\n", "x is None\n"),
        ("f(a) != None and y\n", "f(a) is not None and y\n"),
        ("'я' + (x == None)\n", "'я' + (x is None)\n"),
        ("def f(:\n", "def f(:\n"),
        ("1 < x == None\n", "1 < x == None\n"),
    ],
)
def test_python_is_changed_only_where_it_is_safe(code: str, better: str) -> None:
    """Identity with None; chains and broken code stay."""
    assert refactored(code, "python")[0] == better


def test_what_is_left_to_do_is_told() -> None:
    """Findings follow the changed code."""
    made = generate("refactor", "def f(a=[]):\n    return a == None\n", "python", "en", LIMITS)
    assert "a is None" in made.code
    assert any("Default shared" in note for note in made.notes)
