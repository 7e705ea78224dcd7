"""Which language a text is written in, by its script."""

import unicodedata

_SCRIPTS = {"CYRILLIC": "ru", "HEBREW": "he", "LATIN": "en"}


def detect_language(text: str, fallback: str = "en") -> str:
    """The language of most letters ("ru", "he", "en"); `fallback` where there are no letters to judge by.

    Latin words inside a Cyrillic or Hebrew sentence are names far more often than a change of language,
    so a quarter of the letters is enough for the other script.
    """
    counts = dict.fromkeys(_SCRIPTS.values(), 0)
    for char in text:
        if char.isascii():
            counts["en"] += char.isalpha()
        elif char.isalpha():
            script = unicodedata.name(char, "").partition(" ")[0]
            if script in _SCRIPTS:
                counts[_SCRIPTS[script]] += 1
    total = sum(counts.values())
    if not total:
        return fallback
    foreign = "ru" if counts["ru"] >= counts["he"] else "he"
    return foreign if counts[foreign] * 4 >= total else "en"
