"""What is generated is code in its language: it parses, it exports, and Python runs."""

import pytest

from nexy.modules.ai_router.offline_code.generation.generate import generate
from nexy.modules.ai_router.offline_code.generation.order import intents
from support.code_corpus import LIMITS
from support.parses import parses

pytest.importorskip("tree_sitter", reason="the extra `code` of nexy-server is not installed")
_ASKED = (
    "LRU cache", "retry with backoff", "queue class", "binary search", "sort users by age", "paginate a list",
    "class User with name, email and age", "create login endpoint", "REST API for books with title and price",
    "read a CSV file", "rate limiter", "stack", "factorial", "integrate with Stripe", "something nobody has thought of",
)  # fmt: skip
# What these import is not there where the tests run.
_NEEDS_PACKAGES = ("fastapi", "pydantic")


@pytest.mark.parametrize("language", ["python", "typescript", "javascript", "go", "rust", "java"])
@pytest.mark.parametrize("asked", _ASKED)
def test_it_parses_by_its_own_grammar(asked: str, language: str) -> None:
    """In the language that was asked for, and as a module where there are modules."""
    made = generate(asked, "", language, "en", LIMITS)
    assert made.language == language
    assert parses(made.code, language)
    if language in ("typescript", "javascript"):
        assert "export " in made.code


@pytest.mark.parametrize("asked", _ASKED)
def test_python_compiles_and_runs(asked: str) -> None:
    """The module is loaded as another would import it."""
    code = generate(asked, "", "python", "en", LIMITS).code
    program = compile(code, "made", "exec")
    if not any(name in code for name in _NEEDS_PACKAGES):
        exec(program, {"__name__": "made"})


@pytest.mark.parametrize("language", ["python", "typescript", "javascript", "go", "rust", "java", "sql"])
def test_every_intent_is_served_or_framed(language: str) -> None:
    """No intent is without an answer in any language."""
    for name in intents():
        made = generate(name.replace("_", " "), "", language, "en", LIMITS)
        assert made.code.strip()
        assert parses(made.code, made.language), name


@pytest.mark.parametrize("language", ["python", "typescript", "go"])
def test_half_characters_come_through(language: str) -> None:
    """Neither in the wish nor in the code do they end the work."""
    made = generate("refactor \ud800", "x = '\ud800'\n", language, "en", LIMITS)
    made.code.encode()
