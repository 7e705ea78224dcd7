"""Takes secrets out of code: what has the shape of a key, and what is written out beside a secret's name.

Code is full of tokens, signatures and passwords that are names, so a name alone hides nothing here: only a written-out
value that nobody would choose for anything else. Lines keep their numbers.
"""

import re
from collections.abc import Callable

from nexy.modules.code_search.reading.key_blocks import HINT, key_blocks
from nexy.modules.code_search.reading.secret_values import (
    looks_chosen,
    looks_like_key,
    looks_like_login,
    looks_unlike_code,
)
from nexy.utils.masking import KEY_FORMS, MASK, SECRET_NAME

# Raise it with every change of what is taken out: it is a part of each content's digest (`indexing/preparing.py`), so
# that the next run reads all files again. Contents of the older rules are not searched from then on, but stay in the
# database until they were unused for `keep_unused_seconds`.
RULES = 3
# In every such name; looking for these alone in the whole text costs a fifth of looking for the names.
_HINT = re.compile(r"pass(?:w|phrase|[\"'_]?\s*[:=])|pwd|secret|token|cred|sig|key")
_NAME = re.compile(rf"{SECRET_NAME.pattern}|(?<![a-z])pass(?![a-z])|(?-i:(?<=[a-z])Pass(?![a-z]))", re.IGNORECASE)
_REST = r"\w{0,64}+"
# A value written out behind a name, an index, a type or a call: password: str = "…", set_token("…"), "api_key": "…",
# key="Password" value="…", PASSWORD '…'. Escaped quotes are those of a text within a text.
_QUOTED = re.compile(
    rf"""{_REST}["'\])\\]*+(?:\s*+(?::\s*[\w\[\]|. ?]{{1,60}}=|=>|:=|[!=]?={{1,2}}|[:,(]|\|\|=?|\?\?=?)\s*+"""
    r"""|(?<!pass)(?<!Pass)(?<!PASS)\s++(?:value\s*+=\s*+|by\s++)?(?!`))[rbufRBUF@$]{0,2}(\\*["'`])((?:(?!\1)(?:[^\\\n]|\\.)){6,400}+)\1"""
)
_TAGGED = re.compile(rf"{_REST}(?:\s[^<>]{{0,200}}+)?>\s*+()([^<>\s]{{6,400}}+)\s*+</")
# In files that configure, a value stands without quotes: to the end of the line, or up to a blank where = has none.
_BARE = re.compile(
    rf"""{_REST}["']?(?:=()(?!["'`])([^\s"'`,;]{{6,400}}+)(?=[\s,;"'`]|$)"""
    r"""|\s*+[=:]\s*+()(?!["'`])([^\s"'`,;]{6,400}+)(?=\s*+(?:$|[#;,}])))"""
)
# The same within a text of a program: "Server=x;Password=…;".
_INSIDE = re.compile(rf"""{_REST}\s?[=:]\s?()([^\s"'`;&,\\]{{6,400}}+)(?=[\s"'`;&,\\]|$)""")
_TEXTS = re.compile(r""""(?:[^"\\]|\\.)*+"?|'(?:[^'\\]|\\.)*+'?|`[^`]*+`?""")
_BARE_LANGUAGES = frozenset((
    "yaml", "toml", "ini", "text", "markdown", "rst", "asciidoc", "bash", "fish", "powershell", "dockerfile", "make",
    "cmake", "terraform", "json", "xml", "html", "",
))  # fmt: skip
# Most words that end so name parts of a text or of a function; only what looks like a key is one beside them.
_SOFT = re.compile(r"(?:token|credentials?|signature|sig)$")


def without_secrets(text: str, language: str) -> tuple[str, int]:
    """The text with `MASK` for each secret, and how many there were; the number of its lines stays."""
    text, masked = _without_key_blocks(text)
    lowered = text.lower()
    for form, is_secret in _FORMS_AND_CHECKS:
        if any(hint in lowered for hint in form[0]):
            text, count = _without(text, form[1], is_secret)
            masked += count
    text, count = _without_values(text, bare=language in _BARE_LANGUAGES)
    return text, masked + count


def _is_certain(value: str) -> bool:
    return True


# A shape that names of functions and packages may have as well needs a second look.
_CHECKS: dict[str, Callable[[str], bool]] = {
    "sk-": looks_like_key, "nexy_": looks_like_key, "hf_": looks_like_key, "://": looks_like_login,
}  # fmt: skip
_FORMS_AND_CHECKS = tuple((form, _CHECKS.get(form[0][0], _is_certain)) for form in KEY_FORMS)


def _without_key_blocks(text: str) -> tuple[str, int]:
    if HINT not in text.lower():
        return text, 0
    parts: list[str] = []
    masked, end = 0, 0
    for masked, (start, stop) in enumerate(key_blocks(text), 1):  # noqa: B007
        parts += (text[end:start], MASK, "\n" * text.count("\n", start, stop))
        end = stop
    return "".join(parts) + text[end:], masked


def _without(text: str, form: re.Pattern[str], is_secret: Callable[[str], bool]) -> tuple[str, int]:
    count = 0

    def replaced(found: re.Match[str]) -> str:
        nonlocal count
        secret = found[0][len(found[1]) :]
        if not is_secret(secret):
            return found[0]
        count += 1
        return found[1] + MASK + "\n" * secret.count("\n")

    return form.sub(replaced, text), count


def _without_values(text: str, *, bare: bool) -> tuple[str, int]:
    """Only lines with a name are looked at again: most have none, and the closer look costs more."""
    lowered = text.lower()
    # Signs whose small letter is longer would shift every place behind them.
    searched, hint = (lowered, _HINT) if len(lowered) == len(text) else (text, _NAME)
    parts: list[str] = []
    masked, end = 0, 0
    while (found := hint.search(searched, end)) is not None:
        start = text.rfind("\n", 0, found.start()) + 1
        stop = text.find("\n", found.start())
        stop = len(text) if stop < 0 else stop
        line, count = _line_without_values(text[start:stop], bare=bare)
        parts += (text[end:start], line)
        masked, end = masked + count, stop
    return "".join(parts) + text[end:], masked


def _line_without_values(line: str, *, bare: bool) -> tuple[str, int]:
    parts: list[str] = []
    masked, place, end = 0, 0, 0
    texts = None if bare else _Texts(line)
    while (name := _NAME.search(line, place)) is not None:
        place = name.end()
        span = _secret_span(line, name, texts)
        if span is not None:
            parts += (line[end : span[0]], MASK)
            masked, place, end = masked + 1, span[1], span[1]
    return ("".join(parts) + line[end:], masked) if masked else (line, 0)


def _secret_span(line: str, name: re.Match[str], texts: "_Texts | None") -> tuple[int, int] | None:
    """Where the secret of a name stands, if it has one; `texts` None in files that configure."""
    is_secret = looks_like_key if _SOFT.search(name[0].lower()) else looks_chosen
    place = name.end()
    if found := _QUOTED.match(line, place) or _TAGGED.match(line, place):
        return found.span(2) if is_secret(found[2]) else None
    if texts is None:
        found = _BARE.match(line, place)
    else:
        found = _INSIDE.match(line, place)
        is_secret = is_secret if texts.hold(place) else looks_unlike_code
    if found is None or found.lastindex is None or not is_secret(found[found.lastindex]):
        return None
    return found.span(found.lastindex)


class _Texts:
    """The quoted stretches of a line, asked for places in rising order; one that is not closed reaches to its end."""

    def __init__(self, line: str) -> None:
        self._found = _TEXTS.finditer(line)
        self._start, self._end = -1, -1

    def hold(self, place: int) -> bool:
        """Whether the place lies in one of them."""
        while self._end <= place and (found := next(self._found, None)) is not None:
            self._start, self._end = found.span()
        return self._start < place < self._end
