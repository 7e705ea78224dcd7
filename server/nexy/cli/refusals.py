"""What a part refuses with, in the person's language: its English sentence is what the translation is found by.

Parts speak English, as everything on a wire does; what is filled into a sentence (a path, git's own words) stays.
"""

import re
from collections.abc import Mapping
from functools import cache
from string import Formatter

from nexy.messages.catalogue import DEFAULT_LANGUAGE, Catalogue, load_texts

_GROUP = "refusal."
# A place with this name holds a sentence of ours again.
_NESTED = "reason"


def in_words(sentence: str, words: Catalogue) -> str:
    """The same in the language of `words`; a sentence that the catalogue does not know stays as it is."""
    if words.language == DEFAULT_LANGUAGE:
        return sentence
    for key, form in _forms().items():
        if found := form.fullmatch(sentence):
            values = found.groupdict()
            nested = {_NESTED: in_words(values[_NESTED], words)} if _NESTED in values else {}
            return words.text(key, **{**values, **nested})
    return sentence


@cache
def _forms() -> Mapping[str, re.Pattern[str]]:
    """What each sentence looks like once it is filled; those with the most words of their own come first."""
    texts = {key: text for key, text in load_texts(DEFAULT_LANGUAGE).items() if key.startswith(_GROUP)}
    parts = {key: list(Formatter().parse(text)) for key, text in texts.items()}
    own = {key: sum(len(literal) for literal, *_ in found) for key, found in parts.items()}
    return {key: _form(parts[key]) for key in sorted(parts, key=lambda key: -own[key])}


def _form(parts: "list[tuple[str, str | None, str | None, str | None]]") -> re.Pattern[str]:
    places = (re.escape(literal) + (f"(?P<{name}>.*?)" if name else "") for literal, name, *_ in parts)
    return re.compile("".join(places), re.DOTALL)
