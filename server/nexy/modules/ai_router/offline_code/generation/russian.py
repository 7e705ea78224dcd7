"""Russian nouns as English names."""

import re
from collections.abc import Sequence
from functools import cache

from nexy.modules.ai_router.offline_code.wording import table

_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
_CYRILLIC = re.compile(r"[а-яё]+")
_ADJECTIVE = "a:"


def english(words: Sequence[str]) -> Sequence[str]:
    """The words in English, in English order: `датой регистрации` is a registration date."""
    told = [_one(word) for word in words]
    plain = [word.removeprefix(_ADJECTIVE) for word in told if word not in ("", _ADJECTIVE)]
    genitive = len(plain) == 2 and not told[0].startswith(_ADJECTIVE) and all(map(_CYRILLIC.fullmatch, words))
    return tuple(reversed(plain)) if genitive else tuple(plain)


def _one(word: str) -> str:
    if not _CYRILLIC.search(word):
        return word
    for length in range(min(len(word), 14), 2, -1):
        if (known := _nouns().get(word[:length])) is not None:
            return known
    return re.sub(r"[^a-z0-9]", "", "".join(_LETTERS.get(letter, letter) for letter in _nominative(word)))


def _nominative(word: str) -> str:
    """Without the commonest endings of the plural and of cases."""
    return re.sub(r"(?:ами|ями|ов|ев|ах|ях|ам|ям|ом|ем|ой|ей|ы|и|у|ю|е)$", "", word) if len(word) > 4 else word


@cache
def _nouns() -> dict[str, str]:
    return dict(table("nouns_ru"))
