"""What an analysis says of code that is small enough to be judged by hand."""

from typing import Any

import msgspec
import pytest

from nexy.config.ai_router_section import OfflineCodeConfig
from nexy.contracts.code_answers import Analysis
from nexy.contracts.routing import Brief, Verb
from nexy.modules.ai_router.offline_code.analysis.report import analyse
from nexy.modules.ai_router.offline_code.brain import CodeBrain
from nexy.modules.ai_router.offline_code.syntax.outline import FunctionOutline
from nexy.modules.ai_router.offline_code.syntax.reading import outline_of
from support.code_corpus import LIMITS

pytest.importorskip("tree_sitter", reason="the extra `code` of nexy-server is not installed")

# Each with 7 ways: one, an if, an `else if`, an `and`, a loop, a second loop or a handler, a choice of two.
_SEVEN = {
    "python": """
def f(a, b):
    if a and b:
        return 1
    elif b:
        return 2
    for x in a:
        while x:
            x = x - 1
    return 3 if a else 4
""",
    "typescript": """
export function f(a: number, b: number[]): number {
  if (a > 1 && b) { return 1; } else if (a) { return 2; }
  for (const x of b) { while (x) { g(x); } }
  return a ? 3 : 4;
}
""",
    "go": """
package a

func F(a bool, b []int) int {
	if a && len(b) > 1 {
		return 1
	} else if a {
		return 2
	}
	for range b {
		for {
		}
	}
	switch len(b) {
	case 1:
		return 3
	default:
		return 4
	}
}
""",
    "rust": """
pub fn f(a: i32, b: &[i32]) -> i32 {
    if a > 1 && a < 9 { return 1; } else if a == 0 { return 2; }
    for x in b { while *x > a { g(); } }
    if a > 3 { 3 } else { 4 }
}
""",
    "java": """
class A {
  int f(int a, int[] b) {
    if (a > 1 && a < 9) { return 1; } else if (a == 0) { return 2; }
    for (int x : b) { while (x > a) { g(); } }
    return a > 3 ? 3 : 4;
  }
}
""",
}


def _only(language: str, code: str) -> FunctionOutline:
    outline = outline_of(code, language, LIMITS)
    assert outline is not None
    (function,) = outline.functions
    return function


def _rules(code: str, language: str, limits: OfflineCodeConfig = LIMITS) -> dict[str, int]:
    return {one.id.partition(":")[0]: one.line for one in analyse(code, language, "en", limits).suggestions}


@pytest.mark.parametrize("language", _SEVEN)
def test_ways_are_those_that_a_person_counts(language: str) -> None:
    """Seven in every language, for the function and for the whole piece; two loops, one in the other."""
    function = _only(language, _SEVEN[language])
    assert (function.complexity, function.loops) == (7, 2)
    assert analyse(_SEVEN[language], language, "en", LIMITS).metrics.cyclomatic_complexity == 7


@pytest.mark.parametrize("language", _SEVEN)
def test_too_many_ways_are_told(language: str) -> None:
    """From the bound of the configuration on, and not at it."""
    bound = {limit: OfflineCodeConfig(max_complexity=limit) for limit in (6, 7)}
    assert "high-complexity" in _rules(_SEVEN[language], language, bound[6])
    assert "high-complexity" not in _rules(_SEVEN[language], language, bound[7])


_HEADS = {
    "python": ("def f(a: int) -> int:\n", "    a += 1\n", "    return a\n"),
    "typescript": ("export function f(a: number): number {\n", "  a += 1;\n", "  return a;\n}\n"),
    "go": ("package a\n\nfunc F(a int) int {\n", "\ta += 1\n", "\treturn a\n}\n"),
    "rust": ("pub fn f(mut a: i32) -> i32 {\n", "    a += 1;\n", "    a\n}\n"),
    "java": ("class A {\n  int f(int a) {\n", "    a += 1;\n", "    return a;\n  }\n}\n"),
}


@pytest.mark.parametrize("language", _HEADS)
def test_a_long_function_is_told_at_its_head(language: str) -> None:
    """One line more than is allowed is one too many; the line is that of the head."""
    head, step, end = _HEADS[language]
    code = head + step * 10 + end
    function = _only(language, code)
    length = function.end_line - function.line + 1
    kept = OfflineCodeConfig(long_function_lines=length)
    broken = OfflineCodeConfig(long_function_lines=length - 1)
    assert "long-function" not in _rules(code, language, kept)
    assert _rules(code, language, broken)["long-function"] == function.line
    assert ("f" in code.splitlines()[function.line - 1].lower(), length > 10) == (True, True)


@pytest.mark.parametrize(
    ("language", "code", "rule", "line"),
    [
        ("python", "import os\n\nprint(1)\n", "unused-import", 1),
        ("python", "def f():\n    a = 1\n    b = 2\n    return b\n", "unused-variable", 2),
        ("typescript", 'import { a } from "a";\nexport const b = 1;\n', "unused-import", 1),
        ("typescript", "export function f() {\n  const a = 1;\n  return 2;\n}\n", "unused-variable", 2),
        ("go", 'package a\n\nimport "os"\n', "unused-import", 3),
        ("java", "import java.util.List;\nclass A {}\n", "unused-import", 1),
        ("rust", "fn f() {}\n\n// TODO: more\n", "todo", 3),
        ("java", "class A {\n  /*\n   * FIXME: more\n   */\n}\n", "todo", 3),
        ("sql", "SELECT 1; -- TODO more\n", "todo", 1),
        ("typescript", "export const a = {\n  password: 'correct8horse',\n};\n", "hardcoded-secret", 2),
        (
            "java",
            "class A {\n  void f() {\n    try { g(); } catch (Exception e) {\n      h();\n    }\n  }\n}\n",
            "broad-except",
            3,
        ),
    ],
)
def test_what_is_amiss_is_told_at_its_line(language: str, code: str, rule: str, line: int) -> None:
    """Names that nobody uses, work left to be done, and secrets."""
    assert _rules(code, language)[rule] == line


@pytest.mark.parametrize(
    ("language", "code", "rule"),
    [
        ("python", "import os\n\nprint(os.name)\n", "unused-import"),
        ("typescript", "export function f() {\n  const a = 1;\n  return a;\n}\n", "unused-variable"),
        ("typescript", "export function f() {\n  for (const a of b) { g(); }\n}\n", "unused-variable"),
        ("rust", "#[cfg(test)]\nmod tests {\n    fn f() { a().unwrap(); }\n}\n", "unwrap-call"),
        ("go", "package main\n\nfunc main() {\n\tfunc() { panic(1) }()\n}\n", "panic-call"),
        (
            "java",
            "class A { void f() { try { g(); } catch (Exception e) { throw new B(e); } } }",
            "broad-except",
        ),
    ],
)  # fmt: skip
def test_what_is_as_it_should_be_is_left_in_peace(language: str, code: str, rule: str) -> None:
    """The neighbours of each rule: used names, tests, main functions, errors that are thrown on."""
    assert rule not in _rules(code, language)


def test_long_statements_are_judged_by_how_they_begin() -> None:
    """A statement of thousands of characters is still a statement, and a long handler still throws."""
    query = "SELECT a FROM b WHERE " + "a = 1 AND " * 400
    assert "sql-injection" in _rules(f"q(`{query}${{x}}`);\n", "typescript")
    handler = "class A { void f() { try { g(); } catch (Exception e) { " + "h(); " * 600 + "throw e; } } }"
    assert "broad-except" not in _rules(handler, "java")


def _worst_first(suggestions: Any) -> bool:
    ranks = {"error": 0, "warning": 1, "info": 2}
    found = [ranks[one.severity] for one in suggestions]
    return found == sorted(found)


@pytest.mark.parametrize("language", ["python", "typescript", "go", "rust", "java"])
def test_findings_are_in_order_and_have_names_of_their_own(language: str) -> None:
    """Ids once, the gravest first, each line the one that is quoted."""
    code = {
        "python": "import os\nx = eval(input())\nx == None\nx == None\ndef f(a=[]):\n    return a  # TODO: b\n",
        "typescript": "var a = 1;\nif (a == 2) { eval(b); }\n// TODO: c\nconsole.log(a as any);\n",
        "go": 'package a\n\nimport "os"\n\nfunc f() {\n\tx, _ := g()\n\tpanic(x) // TODO: b\n}\n',
        "rust": "fn f() {\n    a().unwrap();\n    b().unwrap();\n    panic!(); // TODO: c\n}\n",
        "java": 'import java.util.List;\nclass A {\n  boolean f(A a) {\n    // TODO: b\n    return a == "x";\n  }\n}\n',
    }[language]
    brief = Brief(verb=Verb.ANALYZE, code=code, language=language)
    found = msgspec.json.decode(CodeBrain(LIMITS).answer(brief), type=Analysis).suggestions
    assert len(found) >= 3
    assert len({one.id for one in found}) == len(found)
    assert _worst_first(found)
    assert all(one.code == code.splitlines()[one.line - 1].strip() for one in found)
