"""Identifiers taken apart where a person sees a word begin."""

import re
import unicodedata
from collections.abc import Sequence

# URLs | HTTP of HTTPServer | Server, server | a number | letters of scripts without case
_PART = re.compile(
    r"[A-ZА-ЯЁ]{2,}s(?![a-zа-яё])|[A-ZА-ЯЁ]+(?![a-zа-яё])|[A-ZА-ЯЁ]?[a-zа-яё]+|[0-9]+|[^\W\d_A-Za-zА-Яа-яЁё]+"
)
_ACCENTED = range(0xC0, 0x250)
_WITHOUT_ACCENT = {
    code: plain
    for code in _ACCENTED
    if (plain := unicodedata.normalize("NFD", chr(code))[0]).isascii() and plain.isalpha()
} | str.maketrans({"ß": "ss", "ё": "е", "Ё": "Е"})


def parts_of(word: str) -> Sequence[str]:
    """The parts in lower case, without accents: "HTTPServer2" is http, server, 2."""
    if word.isascii() and word.isalpha() and word.islower():
        return (word,)
    return [part.lower() for part in _PART.findall(word.translate(_WITHOUT_ACCENT))]


def whole_of(word: str) -> str:
    """The identifier in one piece, however its words were joined: file_name and fileName are filename."""
    return word.replace("_", "").translate(_WITHOUT_ACCENT).lower()
