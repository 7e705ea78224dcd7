"""Whether a mark ends a piece, judged by nothing but the text before it and the few characters after it.

Every judgement is the end of the piece, `NOT_HERE`, or `UNDECIDED` while the characters that tell have not come.
It never looks further than it must, so the same text gives the same pieces however it was chunked.
"""

import re
from typing import Final

from nexy.modules.text_filtering.abbreviations import LONGEST_OPENER, OPENERS, Stop, is_whole_word, stop_after

NOT_HERE: Final = 0
UNDECIDED: Final = -1

_EMOJI = "\U0001f000-\U0001faff\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3"
# What may stand between a stop and the space after it and still belongs to the sentence.
_CLOSERS = re.compile(rf"[)\]}}\"'»”’״*_`~{_EMOJI}]*")
_SPACES = re.compile(r"[^\S\n]+")
_WORD = re.compile(r"[^\W_]")
_WORDS = re.compile(r"\w[\w'’״׳\"-]*")
_OPENER = re.compile(r"[\w'’]+")
_SPACED_LETTERS = re.compile(r"(?<![\w.])([^\W\d_]\.)[^\S\n]([^\W\d_])$")
_LIST_MARKER = re.compile(r"\s*(?:[-*+>•]\s+)*[*_(]{0,3}(?:\d{1,3}|[IVX]{1,4}|[^\W\d_])")
_INLINE_LIST = re.compile(r":\s+1$")
_CLAUSE_END = re.compile(r".*[,;:)—–]\s", re.DOTALL)
_SPACE_END = re.compile(r".*\s", re.DOTALL)
_GOES_ON = frozenset(".,;:!?)]}»”…")
_DASHES = frozenset("—–-")
_QUOTES = frozenset("\"'«„“”*_")
_BEFORE_WORD = "([{<\"'«„“”*_`~#>—–-"
# Longer than any abbreviation with its opening marks: how far back the word before a stop is looked for.
_REACH = 32


def has_word(text: str, start: int, end: int) -> bool:
    """Whether there is a letter or a digit."""
    return _WORD.search(text, start, end) is not None


def word_before(text: str, start: int, at: int) -> str:
    """The word that ends at `at`; letters of one abbreviation written apart ("т. е") come together."""
    tail = text[max(start, at - _REACH) : at]
    if not tail or tail[-1].isspace():
        return ""
    word = tail.split()[-1].lstrip(_BEFORE_WORD)
    spaced = _SPACED_LETTERS.search(tail) if len(word) == 1 else None
    return spaced[1] + spaced[2] if spaced else word


def is_list_marker(text: str, start: int, at: int) -> bool:
    """Whether a stop at `at` only numbers the point of a list that begins the piece."""
    return at - start <= _REACH and _LIST_MARKER.fullmatch(text, start, at) is not None


def after_stop(text: str, start: int, mark: "re.Match[str]", limit: int, *, opens_sentence: bool) -> int:
    """Judge a run of `.`, `!`, `?`, `…`; `opens_sentence` says that the piece began as a sentence does."""
    at, run_end = mark.span()
    after = _after_closers(text, run_end, limit)
    if after >= limit:
        return UNDECIDED
    if not has_word(text, start, at):
        return NOT_HERE
    emphatic = "!" in mark[0] or "?" in mark[0]
    char = text[after]
    if not char.isspace():
        return after if after == run_end and _is_glued(text, start, at, after, emphatic) else NOT_HERE
    if emphatic and after == run_end:
        return NOT_HERE if char == "\n" else after + 1
    following = _SPACES.match(text, after, limit)
    opening = following.end() if following else after
    if opening >= limit:
        return UNDECIDED
    if text[opening] == "\n":
        return NOT_HERE
    if emphatic or mark[0] != ".":
        return NOT_HERE if _goes_on(text[opening]) else opening
    if opens_sentence and is_list_marker(text, start, at):
        return NOT_HERE
    return _after_full_stop(text, start, at, opening, limit)


def _after_closers(text: str, at: int, limit: int) -> int:
    if at < limit and text[at] == " ":
        return at
    closers = _CLOSERS.match(text, at, limit)
    return closers.end() if closers else at


def _goes_on(char: str) -> bool:
    return char.islower() or char in _DASHES or char in _GOES_ON


def _is_glued(text: str, start: int, at: int, after: int, emphatic: bool) -> bool:
    """Whether the space between two Russian sentences was forgotten; in Latin it would be a file or a host."""
    before, following = text[at - 1], text[after]
    if not ("а" <= before <= "ё" and "А" <= following <= "Я"):
        return False
    if emphatic:
        return True
    word = word_before(text, start, at)
    return text[at] == "." and after == at + 1 and len(word) >= 3 and stop_after(word) is Stop.ORDINARY


def _after_full_stop(text: str, start: int, at: int, opening: int, limit: int) -> int:
    """Judge a single full stop by the word before it and the character at `opening`."""
    char = text[opening]
    word = word_before(text, start, at)
    kind = stop_after(word)
    if kind is Stop.NEVER or char in _GOES_ON:
        return NOT_HERE
    capital = char.isalpha() and not char.islower()
    if kind is Stop.BEFORE_OPENER:
        return _before_opener(text, opening, limit) if capital else NOT_HERE
    if kind is Stop.BEFORE_CAPITAL:
        return opening if capital or char in _QUOTES else NOT_HERE
    if char.islower():
        return opening if is_whole_word(word) else NOT_HERE
    if word == "1" and _INLINE_LIST.search(text[max(start, at - 8) : at]):
        return NOT_HERE
    return opening


def _before_opener(text: str, opening: int, limit: int) -> int:
    match = _OPENER.match(text, opening, limit)
    end = match.end() if match else opening
    if end >= limit and end - opening <= LONGEST_OPENER:
        return UNDECIDED
    # "А. С. Пушкин": one letter with a stop is the next initial.
    if end - opening == 1 and text[end] == ".":
        return NOT_HERE
    return opening if text[opening:end].lower().replace("’", "'") in OPENERS else NOT_HERE


def after_clause(text: str, start: int, at: int, limit: int, min_words: int) -> int:
    """Judge a comma, semicolon, colon or dash: may a piece of at least `min_words` words end here?"""
    dash = text[at] in _DASHES
    if dash and (at == start or not text[at - 1].isspace()):
        return NOT_HERE
    after = at + 1 if dash else _after_closers(text, at + 1, limit)
    if after >= limit:
        return UNDECIDED
    if not text[after].isspace() or text[after] == "\n":
        return NOT_HERE
    return after + 1 if len(_WORDS.findall(text, start, at)) >= min_words else NOT_HERE


def overflow_end(text: str, start: int, limit: int) -> int:
    """The best place to end a piece that may not grow beyond `limit`: a clause mark, a space, or hard there."""
    clause = _CLAUSE_END.match(text, start + (limit - start) // 3, limit)
    if clause is not None:
        return clause.end()
    space = _SPACE_END.match(text, start, limit)
    return space.end() if space is not None else limit
