"""The texts and tables of this package, read once."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from nexy.utils.language import detect_language

_TEXTS = files(__package__) / "texts"
_LOOKED_AT = 500


@cache
def table(name: str) -> Mapping[str, Any]:
    """The TOML file of this name in texts/."""
    return tomllib.loads((_TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def word_set(name: str) -> frozenset[str]:
    """A list of words of words.toml."""
    return frozenset(table("words")[name].split())


def said(key: str, speech: str, **told: str | int | float | None) -> str:
    """A sentence in "ru" or "en"."""
    sentence: str = table(f"sentences_{speech}")[key]
    return sentence.format_map(told)


def counted(key: str, count: int, speech: str) -> str:
    """So many of something, in the form that the number asks for."""
    forms: Sequence[str] = table(f"counts_{speech}")[key]
    return forms[_form(count, speech)].format(count=count)


def _form(count: int, speech: str) -> int:
    if speech != "ru":
        return int(count != 1)
    if count % 10 == 1 and count % 100 != 11:
        return 0
    return 1 if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else 2


def rule_texts(rule: str, speech: str) -> Sequence[str]:
    """Title and description of a finding."""
    texts: Sequence[str] = table(f"rules_{speech}")[rule]
    return texts


def speech_of(*texts: str) -> str:
    """The language to answer in: that of the first text with letters in it; "ru" or "en"."""
    for text in texts:
        if any(char.isalpha() for char in text[:_LOOKED_AT]):
            return "ru" if detect_language(text[:_LOOKED_AT]) == "ru" else "en"
    return "en"
