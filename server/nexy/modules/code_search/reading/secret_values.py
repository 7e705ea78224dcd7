"""Tells a secret that somebody chose from the words, names and patterns that stand beside a secret's name in code."""

import re

# What a program fills in. The default of a shell's variable is written out, and is kept for a look.
_FILLED_IN = re.compile(
    r"\$\{[\w.]+(?::?[-=?+]([^{}]*+))?\}|\$\([^()]*+\)|[$#%]?\{{1,2}[^{}]{0,100}\}{1,2}|<[\w .:-]{1,100}>"
    r"|%\(\w+\)[sdrif]|%[sdrvi](?!\w)|\*{3,}|\.{3,}|…"
)
_VARIABLE = r"\$(?:[A-Z][A-Z0-9_]*|[a-z_]+(?:[A-Z][a-z]+)*\d?)"
_VARIABLES = re.compile(rf"(?:{_VARIABLE}[:/@._-]*)+")
_WORD = r"(?:[a-z]*(?:[A-Z][a-z]+)*|[A-Z]+)"
_WORDS = re.compile(rf"{_WORD}(?:[-_./:]+{_WORD})*")
_ADDRESS = re.compile(r"[A-Za-z][\w+.-]*://")
_PORT = re.compile(r"\d{1,5}/")
# Two of them: one alone may well be part of a password.
_PATTERN = re.compile(r"\(\?|\\[dwsbDWSB]|\[\^?[a-zA-Z0]-[a-zA-Z9]|\.[*+]|\][{+*]|^\^|\$$")
_LEAST_OF_PATTERN = 2
_AMONG = re.compile(r"\w[!@#$%^&]+\w")
_SEPARATORS = re.compile(r"[-_.\s]+")
_LEAST = 6
_LEAST_KEY = 12


def looks_chosen(value: str) -> bool:
    """Whether a value beside a secret's name is one: no word, no name, no template, no pattern, no address."""
    rest = _written_out(value)
    if len(rest) < _LEAST or any(sign.isspace() for sign in rest) or _WORDS.fullmatch(rest) or _ADDRESS.match(rest):
        return False
    return (
        any(sign.isdigit() for sign in rest)
        or (rest.lower() != rest and rest.upper() != rest)
        or _AMONG.search(rest) is not None
    )


def looks_like_key(value: str) -> bool:
    """Whether there is a long stretch of letters and digits in it, as names do not have them."""
    longest = max(_SEPARATORS.split(_written_out(value)), key=len)
    return len(longest) >= _LEAST_KEY and any(sign.isdigit() for sign in longest) and not longest.isdigit()


def looks_like_login(value: str) -> bool:
    """Whether what stands between a name and an @ in an address is a password, and no port with a path."""
    return _PORT.match(value) is None and looks_chosen(value)


def looks_unlike_code(value: str) -> bool:
    """Whether an unquoted value is none that a program could mean: signs among its letters, and digits."""
    return _AMONG.search(value) is not None and any(sign.isdigit() for sign in value) and looks_chosen(value)


def _written_out(value: str) -> str:
    """What is left without the parts that a program fills in, "" where that is all of it, or it is a pattern."""
    if _VARIABLES.fullmatch(value) or len(_PATTERN.findall(value)) >= _LEAST_OF_PATTERN:
        return ""
    return _FILLED_IN.sub(lambda found: found[1] or "", value)
