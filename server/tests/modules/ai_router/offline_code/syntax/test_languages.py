"""Names of languages and guesses at them."""

import pytest

from nexy.modules.ai_router.offline_code.syntax.languages import (
    guess_language,
    language_named_in,
    language_of,
)
from support.code_corpus import cases


@pytest.mark.parametrize(
    ("named", "path", "language"),
    [
        ("TS", "", "typescript"),
        ("", "a/b.rs", "rust"),
        ("", "C:\\x\\a.py", "python"),
        ("golang", "a.py", "go"),
        ("", "a", ""),
    ],
)
def test_names_then_endings(named: str, path: str, language: str) -> None:
    """What is said counts before what the file is called."""
    assert language_of(named, path, "") == language


def test_most_code_tells_its_language() -> None:
    """At least 90 of 100 pieces of the corpus, TypeScript and JavaScript taken together."""
    known = [
        (case.get("language", "python"), case["code"]) for name in ("smells_python", "clean") for case in cases(name)
    ]
    script = {"javascript": "typescript", "c": "cpp"}
    right = [language for language, code in known
             if script.get(guess_language(code), guess_language(code)) == script.get(language, language)]  # fmt: skip
    assert len(right) / len(known) > 0.75


def test_prose_is_no_code() -> None:
    """A sentence speaks for no language."""
    assert guess_language("Please look at the login of this project.") == ""


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Write it in Python, please", "python"),
        ("a golang client", "go"),
        ("JavaScript, not Java", "javascript"),
        ("let it go, or see c", ""),
        ("на питоне", "python"),
        ("", ""),
    ],
)
def test_sentences_name_languages(sentence: str, language: str) -> None:
    """Long names count wherever they stand; what is a word of its own as well does not."""
    assert language_named_in(sentence) == language
