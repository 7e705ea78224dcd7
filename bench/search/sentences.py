"""The first sentence of a piece of documentation, as somebody might type it."""

import re
from collections.abc import Sequence

_LEAST_WORDS, _MOST_CHARACTERS = 4, 300
_MARKS = re.compile(r"^\s*(?:/\*\*?!?|\*/|\*|///?!?|//)?[ \t]?", re.MULTILINE)
_QUOTES = re.compile(r"^[a-zA-Z]{0,2}(\"\"\"|'''|\"|')|(\"\"\"|'''|\"|')$")
_SUMMARY = re.compile(r"@(?:summary|description)\s+(.+?)(?=\n\s*(?:@|\n|$)|$)", re.DOTALL)
_TAGS = re.compile(r"\n\s*@\w")
_LINKS = re.compile(r"\{@\w+\s+([^}|]+)[^}]*\}|:\w+:`~?([^`]+)`|\[`?([^\]`]+)`?\](?:\([^)]*\)|\[[^\]]*\])?")
_END = re.compile(r"(?<!e\.g)(?<!i\.e)(?<!etc)(?<!cf)(?<!vs)(?<!\s[A-Z])[.!?](?=\s|$)|:(?=\s*$)")
_UNASKABLE = re.compile(
    r"^(?:deprecated|see\b|todo|note\b|alias|same as|like `|equivalent to|@|internal|constructs? a new)", re.IGNORECASE
)
_WORD = re.compile(r"[A-Za-z]{2,}")


def first_sentence(doc: Sequence[str], name: str) -> str:
    """Empty where there is none worth asking: under four words, a mere reference, or no words at all.

    The function's own name at the beginning ("Apply applies a command" in Go) is left out: it would be the answer.
    """
    text = _plain("\n".join(doc))
    paragraph = next((part for part in re.split(r"\n\s*\n", text) if part.strip()), "")
    joined = " ".join(paragraph.split())
    ended = _END.search(joined)
    sentence = (joined[: ended.start()] if ended else joined).replace("`", "").replace("**", "").strip()
    sentence = re.sub(rf"^(?:The )?{re.escape(name)}\b(?:\([^)]*\))?[:,]?\s*", "", sentence)
    return sentence if _askable(sentence) else ""


def _plain(doc: str) -> str:
    without_quotes = _QUOTES.sub("", _QUOTES.sub("", doc.strip()))
    text = _MARKS.sub("", without_quotes).strip()
    if text.startswith("@") and (summary := _SUMMARY.search(text)):
        text = summary.group(1)
    text = _TAGS.split(text, maxsplit=1)[0]
    return _LINKS.sub(lambda found: next(part for part in found.groups() if part), text)


def _askable(sentence: str) -> bool:
    long_enough = len(_WORD.findall(sentence)) >= _LEAST_WORDS and len(sentence) <= _MOST_CHARACTERS
    return long_enough and not _UNASKABLE.match(sentence)
