"""Where in a text the words of a question stand, for highlighting."""

import re
from collections.abc import Sequence

from nexy.modules.code_search.ranking.question import Question
from nexy.modules.code_search.terms.terms import terms_of

_WORD = re.compile(r"\w+")
_LONGEST_WORD = 200


def marks_in(content: str, question: Question, most: int = 200) -> Sequence[tuple[int, int]]:
    """The (start, end) of at most `most` words that the question asks for, in order and apart."""
    asked = {term.text for one in (*question.asked, *question.joined) for term in one.terms}
    known: dict[str, bool] = {}
    marks: list[tuple[int, int]] = []
    for found in _WORD.finditer(content):
        if len(marks) == most:
            break
        word = found.group()
        if word not in known:
            known[word] = len(word) <= _LONGEST_WORD and not asked.isdisjoint(terms_of(word))
        if known[word]:
            marks.append(found.span())
    return marks
