"""Well-known ways that code is recognised by."""

import pytest

from nexy.modules.ai_router.offline_code.analysis.patterns import patterns_in
from nexy.modules.ai_router.offline_code.syntax.outline import FunctionOutline, Outline


@pytest.mark.parametrize(
    ("code", "pattern"),
    [
        ("async def f():\n    await g()\n", "async"),
        ("def f():\n    yield 1\n", "generator"),
        ("@app.route('/')\ndef f(): ...\n", "decorator"),
        ("with open(p) as f:\n    pass\n", "context manager"),
        ("@dataclass\nclass A: ...\n", "data class"),
        ("if cls._instance is None:\n", "singleton"),
        ("def make_user(): ...\n", "factory"),
        ("bus.subscribe(handler)\n", "observer"),
        ("router.get('/a', f)\n", "http handler"),
        ("const [a, b] = useState(1);\n", "react component"),
        ("xs.map((x) => x)\n", "list processing"),
        ("@lru_cache\ndef f(): ...\n", "memoisation"),
    ],
)
def test_a_pattern_is_named(code: str, pattern: str) -> None:
    """By what gives it away."""
    assert pattern in list(patterns_in(code, Outline()))


def test_recursion_is_a_function_that_calls_itself() -> None:
    """A call of another one is none."""
    again = FunctionOutline(name="f", line=1, end_line=2, calls=("self.f",))
    other = FunctionOutline(name="f", line=1, end_line=2, calls=("g",))
    assert list(patterns_in("", Outline(functions=[again]))) == ["recursion"]
    assert list(patterns_in("", Outline(functions=[other]))) == []


def test_plain_code_has_none() -> None:
    """An assignment is no pattern."""
    assert list(patterns_in("x = 1\n", Outline())) == []
