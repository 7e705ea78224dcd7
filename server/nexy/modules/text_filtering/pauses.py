"""How much may be spoken when the words stop coming for a moment."""

import re

from nexy.modules.text_filtering.abbreviations import Stop, stop_after
from nexy.modules.text_filtering.boundaries import has_word, is_list_marker, word_before

# A written-out word with punctuation behind it: nothing that comes later can become a part of it.
# Not ":" ("https:"), and no digits ("1," may become "1,000").
_CLOSED_WORD = re.compile(r"[(\[\"'«„“*_]*[^\W\d_]+(?:[-'’][^\W\d_]+)*[,;.!?…)\]\"»”*_]*[,;.!?…)»”]")


# A mark at which a voice may rest: the end of a sentence or of a clause, with what closes behind it.
_REST = re.compile(r"[.!?…,;:—–][)\]\"'»“”*_]*(?=\s|$)")
_WORDS = re.compile(r"\w+")


def pause_end(text: str, min_words: int = 1) -> int:
    """Where to end the piece that a pause releases; 0 releases nothing.

    The piece ends where a voice may rest: at the end of a sentence, or behind a clause of `min_words` words.
    A model slower than the pause would otherwise be read out word by word.
    """
    closed = _closed_end(text)
    if text[:closed].rstrip(_CLOSERS)[-1:] in _SENTENCE_ENDS:
        return closed
    rests = [mark for mark in _REST.finditer(text, 0, closed) if text[mark.start()] not in _SENTENCE_ENDS]
    if not rests or len(_WORDS.findall(text, 0, rests[-1].start())) < min_words:
        return 0
    end = rests[-1].end()
    return end + len(text[end:closed]) - len(text[end:closed].lstrip())


def _closed_end(text: str) -> int:
    """How much of the text nothing that comes later can change.

    All of it where a sentence or a word is closed, else up to the last space: "Привет, ка" gives "Привет, ".
    A last word that its continuation may change waits: "3." ("3.14"), "ул." and what follows a list's number.
    """
    if text.count("`") % 2:
        text = text[: text.rindex("`")]
    body = text.rstrip()
    word_start = len(body) - len(body.split()[-1]) if body else 0
    end = len(text) if _is_closed(body, word_start, spaced=len(body) < len(text)) else word_start
    return end if has_word(text, 0, end) else 0


_CLOSERS = " \t\r\n)]\"'»“”*_"
_SENTENCE_ENDS = tuple(".!?…")


def _is_closed(body: str, word_start: int, *, spaced: bool) -> bool:
    if body.endswith(".") and not body.endswith(".."):
        stop = len(body) - 1
        kind = stop_after(word_before(body, 0, stop))
        if is_list_marker(body, 0, stop) or kind in (Stop.NEVER, Stop.BEFORE_OPENER):
            return False
        if kind is Stop.BEFORE_CAPITAL:
            return True
    return spaced or _CLOSED_WORD.fullmatch(body, word_start) is not None
