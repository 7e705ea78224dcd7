"""Broken, huge and hostile code is answered for as well as it can be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexy.config.ai_router_section import OfflineCodeConfig
from nexy.modules.ai_router.offline_code.analysis.looking import look_at
from nexy.modules.ai_router.offline_code.analysis.report import analyse
from nexy.modules.ai_router.offline_code.syntax import source_tree
from support.code_corpus import LIMITS

_LANGUAGES = ("python", "typescript", "javascript", "go", "rust", "java", "c", "cpp", "cobol", "")


@pytest.mark.parametrize("language", _LANGUAGES)
def test_nothing_is_said_to_be_nothing(language: str) -> None:
    """Blank code has no findings, and the summary says so."""
    found = analyse(" \n ", language, "en", LIMITS)
    assert (found.suggestions, found.summary) == ([], "There is no code to look at.")


@pytest.mark.parametrize(
    ("code", "line"), [("def f(:\n  pass\n", 1), ("x = 1\nif x\n    y = 2\n", 2), ("a = '''\n\n", 1)]
)
def test_broken_python_names_its_line(code: str, line: int) -> None:
    """One finding of the highest severity, and measures all the same."""
    found = analyse(code, "python", "en", LIMITS)
    assert (found.suggestions[0].id, found.suggestions[0].severity) == (f"syntax-error:{line}", "error")
    assert found.metrics.lines_of_code


def test_a_secret_in_broken_code_is_found_too() -> None:
    """Lines still tell something."""
    found = analyse('API_KEY = "sk_live_9f8a7b6c5d4e3f2a1b0c"\ndef f(:\n', "python", "en", LIMITS)
    assert {one.id for one in found.suggestions} == {"syntax-error:2", "hardcoded-secret:1"}


@pytest.mark.parametrize("code", ["-" * 20_000 + "1", "(" * 5000, "x" + ".a" * 50_000, "f(" * 3000 + ")" * 3000])
@pytest.mark.parametrize("language", ["python", "typescript", "go"])
def test_deep_code_ends_no_stack(code: str, language: str) -> None:
    """However deep it is, there is an answer."""
    assert analyse(code, language, "en", LIMITS).summary


def test_large_code_is_looked_at_line_by_line() -> None:
    """Beyond the bound nothing is parsed, what was left out is the first finding, and all lines are counted."""
    small = OfflineCodeConfig(max_code_characters=1000)
    found = analyse("x = 1  # TODO later\n" * 200 + "eval(input())\n", "python", "en", small)
    assert "Only the first 1000 of 4014 characters were looked at" in found.summary
    first, second = found.suggestions[:2]
    assert (first.id, first.severity, second.id) == ("cut-code:50", "warning", "todo:1")
    assert "first 1000 of 4014" in first.description
    assert found.metrics.lines_of_code == 201


def test_the_part_that_is_looked_at_is_looked_at() -> None:
    """Code that is run as text is found in large code too."""
    small = OfflineCodeConfig(max_code_characters=1000)
    found = analyse("eval(input())\n" + "x = 1\n" * 400, "", "ru", small)
    assert [one.id for one in found.suggestions] == ["cut-code:166", "dynamic-code:1"]
    assert "Просмотрены только первые 1000 из 2414 символов" in found.summary


def test_findings_are_bounded() -> None:
    """A text of nothing but complaints does not grow without end."""
    few = OfflineCodeConfig(max_findings=7)
    assert len(analyse("x = 1  # TODO later\n" * 200, "python", "en", few).suggestions) == 7


def test_a_language_without_a_parser_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both for unknown languages and where the wheels are absent."""
    unread = analyse("PERFORM UNTIL X\n", "cobol", "en", LIMITS).summary
    assert ("line by line" in unread, "Not checked" in unread, "complain" in unread) == (True, True, False)
    monkeypatch.setattr(source_tree, "grammar_of", lambda _: None)
    found = analyse("const a = 1; // TODO: b\n", "typescript", "ru", LIMITS)
    assert "построчно" in found.summary
    assert [one.id for one in found.suggestions] == ["todo:1"]


def test_control_characters_and_lone_surrogates_are_no_failure() -> None:
    """NUL and half a character are taken for blanks and question marks."""
    assert analyse("x = '\x00\ud800'\n", "python", "en", LIMITS).metrics.lines_of_code == 1


def test_odd_escapes_in_the_code_warn_nobody() -> None:
    """Python's own warning about "\\d" is not ours (warnings are errors in this run)."""
    assert look_at('x = "\\d"\n', "python", LIMITS).findings == []


@settings(max_examples=150, deadline=None)
@given(code=st.text(max_size=200), language=st.sampled_from(_LANGUAGES))
def test_any_text_is_answered(code: str, language: str) -> None:
    """No text makes it fail, and every line that is named exists."""
    found = analyse(code, language, "en", LIMITS)
    lines = max(1, len(code.splitlines()))
    assert all(1 <= one.line <= lines + 1 for one in found.suggestions)
