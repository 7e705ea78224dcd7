"""Generation: new code from words, or code from code."""

import re
from collections.abc import Mapping
from functools import cache

from nexy.config.ai_router_section import OfflineCodeConfig
from nexy.modules.ai_router.offline_code.analysis.report import analyse
from nexy.modules.ai_router.offline_code.generation.assemble import assembled, framed, is_at_hand
from nexy.modules.ai_router.offline_code.generation.documenting import documented
from nexy.modules.ai_router.offline_code.generation.made import Made
from nexy.modules.ai_router.offline_code.generation.refactoring import refactored
from nexy.modules.ai_router.offline_code.generation.testing import tests_for
from nexy.modules.ai_router.offline_code.syntax.languages import guess_language
from nexy.modules.ai_router.offline_code.wording import said, table
from nexy.utils.code_languages import normal_name
from nexy.utils.encodable import encodable

_MOST_TOLD = 5


def generate(text: str, code: str, language: str, speech: str, limits: OfflineCodeConfig) -> Made:
    """What the text asks for; with code, tests for it, documents in it or the code improved. Never fails."""
    text, code = encodable(text), encodable(code)
    description = text[: limits.max_description_characters]
    wish = next((name for name, form in _forms("wishes").items() if form.search(description)), "")
    if not code.strip() and (needed := _needed_for(description)):
        return framed(description, language, speech, said(f"needs_code_{needed}", speech))
    if not code.strip() or not wish or len(code) > limits.max_code_characters:
        return assembled(description, language, speech)
    named = normal_name(language)
    spoken = named if named and not _is_other(code, named) else guess_language(code) or named
    match wish:
        case "testing":
            return _tests(code, spoken, speech, limits)
        case "documentation":
            return _documents(code, spoken, speech, limits)
    return _improved(code, spoken, speech, limits)


def can_generate(text: str, code: str) -> bool:
    """Whether more than an empty frame would come of it."""
    if code.strip():
        return any(form.search(text) for form in _forms("wishes").values())
    return not _needed_for(text) and is_at_hand(text)


def _needed_for(text: str) -> str:
    """What the text wants done with code, "" where it wants new code."""
    return next((name for name, form in _forms("needs_code").items() if form.search(text)), "")


def _is_other(code: str, named: str) -> bool:
    """Whether the code is plainly in another language than the one that was named (the API names one by default)."""
    guessed = guess_language(code)
    scripts = ("typescript", "javascript", "tsx")
    return bool(guessed) and guessed != named and not (guessed in scripts and named in scripts)


def _tests(code: str, language: str, speech: str, limits: OfflineCodeConfig) -> Made:
    tests = tests_for(code, language, speech, limits)
    if tests is None:
        return Made(code=code, language=language, notes=(said("tests_none", speech),))
    return Made(code=tests, language=language, notes=(said("tests_made", speech),))


def _documents(code: str, language: str, speech: str, limits: OfflineCodeConfig) -> Made:
    text, count = documented(code, language, limits)
    note = said("documents_made", speech, count=count) if count else said("documents_none", speech)
    return Made(code=text, language=language, notes=(note,))


def _improved(code: str, language: str, speech: str, limits: OfflineCodeConfig) -> Made:
    text, count = refactored(code, language)
    analysis = analyse(text, language, speech, limits)
    left = [f"{one.line}: {one.title}. {one.description}" for one in analysis.suggestions[:_MOST_TOLD]]
    first = said("refactored", speech, count=count) if count else said("refactored_none", speech)
    notes = (first, *((said("refactored_left", speech),) if left else ()), *(f"- {line}" for line in left))
    return Made(code=text, language=language, notes=notes)


@cache
def _forms(name: str) -> Mapping[str, re.Pattern[str]]:
    return {key: re.compile(form, re.IGNORECASE) for key, form in table(name).items()}
