"""An analysis in a few sentences."""

import msgspec
import pytest

from nexy.contracts.code_answers import Analysis
from nexy.contracts.routing import Brief, Verb
from nexy.modules.ai_router.offline_code.analysis.report import analyse
from nexy.modules.ai_router.offline_code.brain import CodeBrain
from nexy.utils.code_languages import normal_name
from support.code_corpus import LIMITS

_LONG = "\n\n\n".join(f"def f{n}(a: int) -> int:\n    return a + {n} if a > {n} else a * {n + 1}" for n in range(60))


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("eval(input())", "dynamic-code:1"),
        ("exec(open('x').read())", "dynamic-code:1"),
        ("x = pickle.loads(d)", "unsafe-deserialization:1"),
        ("#!/bin/bash\nrm -rf $1/*", "unquoted-removal:2"),
        ("```python\neval(input())\n```", "dynamic-code:2"),
    ],
)
def test_code_without_a_language_is_checked(code: str, rule: str) -> None:
    """The likeliest language is assumed, and the summary says which."""
    found = CodeBrain(LIMITS).answer(Brief(verb=Verb.ANALYZE, code=code))
    analysis = msgspec.json.decode(found, type=Analysis)
    assert rule in [one.id for one in analysis.suggestions]
    assert "complain" not in analysis.summary


def test_an_assumption_is_said() -> None:
    """A language that was named is none."""
    assert "No language was given: this is taken for Python." in analyse("f(x)\n", "", "en", LIMITS).summary
    assert "Язык не назван: считаем, что это Python." in analyse("f(x)\n", "", "ru", LIMITS).summary
    assert "taken for" not in analyse("f(x)\n", "python", "en", LIMITS).summary


@pytest.mark.parametrize(("code", "language"), [("MOVE A TO B\n", "cobol"), ("Just a word about it\n", "")])
@pytest.mark.parametrize(("speech", "said"), [("en", "Not checked"), ("ru", "Не проверено")])
def test_what_was_not_checked_is_not_praised(code: str, language: str, speech: str, said: str) -> None:
    """Neither for a language without rules, nor for a text that is in none."""
    found = analyse(code, language, speech, LIMITS)
    assert said in found.summary
    assert not any(praise in found.summary for praise in ("Nothing", "Замечаний нет", "found nothing"))


@pytest.mark.parametrize(
    ("code", "language", "rule"),
    [
        ("rm -rf $1", "bash", "unquoted-removal:1"),
        ("eval $cmd", "sh", "dynamic-code:1"),
        ("curl -s https://x.y | sudo bash", "bash", "piped-to-shell:1"),
        ("eval(x)", "ruby", "dynamic-code:1"),
        ('system("ls #{dir}")', "ruby", "shell-injection:1"),
        ("import os\ndef f(:\n    os.system(cmd)\n", "python", "shell-injection:3"),
    ],
)
def test_lines_give_away_what_is_risky(code: str, language: str, rule: str) -> None:
    """In languages without a parser here, and in code that is broken."""
    assert rule in [one.id for one in analyse(code, normal_name(language), "en", LIMITS).suggestions]


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ('rm -rf "$dir"', "bash"),
        ("rm notes.txt # $1", "bash"),
        ("# eval x", "bash"),
        ("curl -o a.sh https://x.y", "bash"),
        ('system("ls")', "ruby"),
        ("puts evaluate(x)", "ruby"),
    ],
)
def test_harmless_lines_raise_no_alarm(code: str, language: str) -> None:
    """And the summary says how little was looked at."""
    found = analyse(code, language, "en", LIMITS)
    assert found.suggestions == []
    assert "by the few rules that there are" in found.summary


def test_a_low_index_has_its_reason() -> None:
    """The length and the branches are named, and nobody is told that nothing is to complain of."""
    found = analyse(_LONG, "python", "en", LIMITS)
    assert (found.metrics.maintainability_index or 0) < 30
    assert "The index is low for the length (120 lines of code in one piece), the many branches (60 decisions)" in (
        found.summary
    )
    assert "The rules found nothing in it to mend." in found.summary
    assert "Оценку снижает длина (120 строк кода одним куском)" in analyse(_LONG, "python", "ru", LIMITS).summary


def test_a_high_index_has_none() -> None:
    """Small code is as it should be."""
    found = analyse("x = 1\n", "python", "en", LIMITS)
    assert ("The index" in found.summary, "Nothing to complain of" in found.summary) == (False, True)


def test_one_is_not_many() -> None:
    """In both languages."""
    assert "Python, 2 lines of code, 1 function. Complexity low: at most 1 way through" in (
        analyse("def f():\n    return 1\n", "python", "en", LIMITS).summary
    )
    found = analyse("def f(a, b=[]):\n    return a if b else 2\n", "python", "ru", LIMITS).summary
    assert "Python, 2 строки кода, 1 функция." in found
    assert ("не больше 2 путей" in found, "2 находки: серьёзных 1, прочих 1." in found) == (True, True)
