"""Lines that go on as the lines before them, and names that were written before."""

import re
from collections import Counter
from collections.abc import Iterator

from nexy.contracts.code_answers import Completion
from nexy.modules.ai_router.offline_code.completion.cursor import Cursor
from nexy.modules.ai_router.offline_code.wording import table

_TOKEN = re.compile(r"\d+|[^\W\d]+|\s+|[^\w\s]")
_NAME = re.compile(r"[A-Za-z_$][\w$]{2,}")
_SHORTEST = 2
_MOST_LINES = 400


def continued(cursor: Cursor) -> Iterator[Completion]:
    """The next of a series, on an empty line behind two that differ by a step of one number."""
    lines = [line for line in cursor.before.splitlines()[-12:] if line.strip()]
    if cursor.line.strip() or cursor.rest.strip() or len(lines) < 2:
        return
    first, second = _TOKEN.findall(lines[-2]), _TOKEN.findall(lines[-1])
    if len(first) != len(second):
        return
    pairs = [(one, other) for one, other in zip(first, second, strict=True) if one != other]
    if pairs and all(one.isdigit() and other.isdigit() and int(other) - int(one) == 1 for one, other in pairs):
        changed = iter([one != other for one, other in zip(first, second, strict=True)])
        text = "".join(str(int(token) + 1) if next(changed) else token for token in second)
        yield Completion(text=text.lstrip() if cursor.line else text, confidence=0.6)


def seen_lines(cursor: Cursor) -> Iterator[Completion]:
    """The rest of an earlier line that begins like this one, the nearest first."""
    begun = cursor.line.strip()
    if len(begun) < 4 or cursor.rest.strip():
        return
    earlier = cursor.before.splitlines()[:-1][-_MOST_LINES:]
    for line in (*reversed(earlier), *cursor.behind.splitlines()[1:_MOST_LINES]):
        plain = line.strip()
        if plain.startswith(begun) and len(plain) > len(begun):
            yield Completion(text=plain[len(begun) :], confidence=0.4)
            return


def names(cursor: Cursor) -> Iterator[Completion]:
    """The rest of names that begin so, the most frequent first; what begins a statement is no name within one."""
    if len(cursor.word) < _SHORTEST or re.match(r"\w", cursor.rest):
        return
    begun = len(cursor.line.strip()) > len(cursor.word)
    keywords = table("known_words").get(cursor.language, {}).get("statements", "").split() if begun else ()
    counts = Counter(
        name
        for name in _NAME.findall(cursor.before[: len(cursor.before) - len(cursor.word)] + " " + cursor.behind)
        if name.startswith(cursor.word) and name != cursor.word and name not in keywords
    )
    for name, count in counts.most_common(3):
        yield Completion(text=name[len(cursor.word) :], confidence=0.45 if count > 1 else 0.3)


def elsewhere(cursor: Cursor) -> Iterator[Completion]:
    """The rest of names in code from elsewhere, less sure than what the file itself shows."""
    if len(cursor.word) < _SHORTEST or re.match(r"\w", cursor.rest):
        return
    fitting = (name for name in _NAME.findall(cursor.beside) if name.startswith(cursor.word) and name != cursor.word)
    for name, _ in Counter(fitting).most_common(3):
        yield Completion(text=name[len(cursor.word) :], confidence=0.25)
