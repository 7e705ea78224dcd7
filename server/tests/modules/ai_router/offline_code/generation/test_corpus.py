"""Descriptions in English and Russian give code with what a person would look for in it."""

import re
from typing import Any

import pytest

from nexy.modules.ai_router.offline_code.generation.generate import generate
from nexy.modules.ai_router.offline_code.wording import speech_of
from support.code_corpus import LIMITS, cases
from support.parses import parses

pytest.importorskip("tree_sitter", reason="the extra `code` of nexy-server is not installed")


@pytest.mark.parametrize("case", cases("generate"), ids=lambda case: f"{case['language']}: {case['ask']}")
def test_a_description_gives_what_it_names(case: dict[str, Any]) -> None:
    """Every expression of the case is found, and the code parses."""
    made = generate(case["ask"], case.get("code", ""), case["language"], speech_of(case["ask"]), LIMITS)
    missing = [form for form in case["has"] if not re.search(form, made.code, re.MULTILINE)]
    assert missing == [], made.code
    assert parses(made.code, made.language)
    assert made.notes


def test_the_corpus_is_as_large_as_promised() -> None:
    """At least 60 descriptions, a fifth of them in Russian; it only grows."""
    russian = [case for case in cases("generate") if speech_of(case["ask"]) == "ru"]
    assert (len(cases("generate")) >= 74, len(russian) >= 15) == (True, True)
