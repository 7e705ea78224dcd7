"""Planted smells are found at their lines, and good code is left in peace."""

from typing import Any

import pytest

from nexy.modules.ai_router.offline_code.analysis.report import analyse
from support.code_corpus import LIMITS, cases

pytest.importorskip("tree_sitter", reason="the extra `code` of nexy-server is not installed")
_SMELLS = [
    (case.get("language", language), case)
    for name, language in (("smells_python", "python"), ("smells_script", "typescript"), ("smells_go", "go"))
    for case in cases(name)
]


def _named(entry: tuple[str, dict[str, Any]]) -> str:
    return f"{entry[0]}-{entry[1]['rule']}"


@pytest.mark.parametrize("entry", _SMELLS, ids=_named)
def test_a_planted_smell_is_found_at_its_line(entry: tuple[str, dict[str, Any]]) -> None:
    """Rule and line of every case of the corpus are among the findings."""
    language, case = entry
    found = analyse(case["code"], language, "en", LIMITS).suggestions
    assert f"{case['rule']}:{case['line']}" in [one.id for one in found]


@pytest.mark.parametrize("case", cases("clean"), ids=lambda case: case["language"])
def test_good_code_raises_no_alarm(case: dict[str, Any]) -> None:
    """Not one finding in code that is as it should be."""
    assert analyse(case["code"], case["language"], "en", LIMITS).suggestions == []


def test_the_corpus_is_as_large_as_promised() -> None:
    """At least 60 smells and 30 clean pieces; it only grows."""
    assert (len(_SMELLS) >= 89, len(cases("clean")) >= 35) == (True, True)


@pytest.mark.parametrize("speech", ["en", "ru"])
def test_every_finding_has_words(speech: str) -> None:
    """Title and description are filled in, in both languages."""
    for language, case in _SMELLS:
        for one in analyse(case["code"], language, speech, LIMITS).suggestions:
            assert one.title, one.id
            assert "{" not in one.title, one.id
            assert (one.severity in ("error", "warning", "info"), 0 < one.confidence <= 1) == (True, True)


def test_several_on_one_line_are_several() -> None:
    """Each call counts, with a name of its own among the findings."""
    code = "void f(char *a, char *b) { strcpy(a, b); gets(a); system(b); }\n"
    ids = [one.id for one in analyse(code, "c", "en", LIMITS).suggestions]
    assert ids == ["shell-injection:1", "unsafe-function:1", "unsafe-function:1:2"]
