"""Why a provider refuses a request, in words that may be shown: they carry no prompt and no key."""

import re
from collections.abc import Mapping, Sequence

import msgspec

_MAX_CHARACTERS = 300
# An echo of so many characters is always found: every aligned window inside it is looked for.
_WINDOW, _STEP = 12, 6
_QUOTED = re.compile(r"""(['"`«“‘])([^'"`»”’]{3,})(['"`»”’])""")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]{0,63}")
_SHORTEST_KEY = 6


def safe_reason(body: bytes, asked: Sequence[str], headers: Mapping[str, str]) -> str:
    """The provider's sentence, else its code for the error, else nothing.

    What repeats the question is left out; a sentence with one of our own headers in it is not shown at all.
    """
    try:
        told = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return ""
    sentence = _printable(_sentence_of(told))
    if _holds_key(sentence, headers) or _echoes(sentence, asked):
        sentence = ""
    return _without_quotes(sentence, asked) or _code_of(told)


def _sentence_of(told: object) -> str:
    match told:
        case [first, *_]:
            return _sentence_of(first)
        case {"error": {"message": str(text)}} | {"error": str(text)} | {"message": str(text)} | {"detail": str(text)}:
            return text
        case _:
            return ""


def _code_of(told: object) -> str:
    match told:
        case [first, *_]:
            return _code_of(first)
        case {"error": {"code": str(code)}} | {"error": {"type": str(code)}} | {"error": {"status": str(code)}}:
            return code if _IDENTIFIER.fullmatch(code) else ""
        case _:
            return ""


def _printable(text: str) -> str:
    cut = text[: _MAX_CHARACTERS + 1]
    plain = " ".join("".join(char if char.isprintable() else " " for char in cut).split())
    return plain if len(cut) <= _MAX_CHARACTERS else plain[: _MAX_CHARACTERS - 1] + "…"


def _holds_key(sentence: str, headers: Mapping[str, str]) -> bool:
    secrets = (value.rpartition(" ")[2] for value in headers.values())
    return any(len(secret) >= _SHORTEST_KEY and secret in sentence for secret in secrets)


def _echoes(sentence: str, asked: Sequence[str]) -> bool:
    """Whether a stretch of the sentence stands in the question; spaces count as in the sentence."""
    windows = [sentence[at : at + _WINDOW] for at in range(0, len(sentence) - _WINDOW + 1, _STEP)]
    return any(window in text for text in asked for window in windows)


def _without_quotes(sentence: str, asked: Sequence[str]) -> str:
    """Quotation is how a short piece of the question comes back."""

    def shown(quoted: re.Match[str]) -> str:
        return f"{quoted[1]}…{quoted[3]}" if any(quoted[2] in text for text in asked) else quoted[0]

    return _QUOTED.sub(shown, sentence)
