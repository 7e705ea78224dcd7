"""What may come next at the cursor; every rule is cheap, and none is surer than it can be."""

from collections.abc import Iterator
from itertools import islice

from nexy.contracts.code_answers import Completion, Completions
from nexy.modules.ai_router.offline_code.completion.bodies import bodies
from nexy.modules.ai_router.offline_code.completion.brackets import closings
from nexy.modules.ai_router.offline_code.completion.comments import comments
from nexy.modules.ai_router.offline_code.completion.cursor import Cursor, cursor_at
from nexy.modules.ai_router.offline_code.completion.imports import imported
from nexy.modules.ai_router.offline_code.completion.known_words import known
from nexy.modules.ai_router.offline_code.completion.repeats import continued, elsewhere, names, seen_lines
from nexy.modules.ai_router.offline_code.completion.syntax_check import checker

_RULES = (comments, imported, bodies, continued, known, seen_lines, names, elsewhere, closings)
_MOST = 10
_DIGITS = 2


def complete(prefix: str, suffix: str, language: str, beside: str = "") -> Completions:
    """At most ten completions, surest first, and none that a parser would not read; none at all is fine.

    `beside` is code from elsewhere whose names may be meant.
    """
    cursor = cursor_at(prefix, suffix, language, beside)
    found: dict[str, Completion] = {}
    for completion in _all(cursor):
        text = _without_overlap(completion.text, cursor)
        if text.strip() and (text not in found or found[text].confidence < completion.confidence):
            found[text] = Completion(text=text, confidence=round(completion.confidence, _DIGITS))
    best = sorted(found.values(), key=lambda one: -one.confidence)
    if not best:
        return Completions()
    allowed = checker(cursor)
    return Completions(suggestions=tuple(islice((one for one in best if allowed(one.text)), _MOST)))


def _all(cursor: Cursor) -> Iterator[Completion]:
    for rule in _RULES:
        yield from rule(cursor)


def _without_overlap(text: str, cursor: Cursor) -> str:
    """What stands behind the cursor is not written again."""
    behind = cursor.rest.rstrip()
    for length in range(min(len(behind), len(text)), 0, -1):
        if text.endswith(behind[:length]) and not behind[:length].isspace():
            return text[:-length]
    return text
