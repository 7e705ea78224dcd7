"""Secrets never reach a log: by their form, by the name beside them, or because they are known.

Too much is hidden rather than too little; what only looks like an identifier (a UUID, a trace id, a hash) stays.
"""

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from urllib.parse import quote, quote_plus

MASK = "***"
_SHORTEST_KNOWN = 6
_SHORTEST_WITH_SECRET = 8
_DEEPEST = 6
_LONGEST_NAME = 64

# A quoted text ends with the quote that it began with, backslashes of a JSON inside a JSON included.
_QUOTED_OR_WORD = r"""(?:(\\*["'])(?:(?!\2)(?s:\\.|.))*(?:\2)?|[^\s"'&,;})\]]+)"""
_NAMES = (
    r"(?:pass(?:word|wd|phrase)|pwd|secret(?:[_-]?(?:access[_-]?)?key)?|token|credentials?|signature|(?<![a-z])sig"
    r"|(?:api|access|account|private|subscription|master|encryption|signing)[_-]?key)"
)
# (lower-case texts of which one must be there, form). A form's first group stands before the secret and is kept.
# Looking for the texts first costs a tenth of the forms, and most lines have none of them.
_FORMS = (
    ("sk- sk_ pk_ rk_", r"((?<![A-Za-z0-9]))(?:sk|pk|rk)[-_][A-Za-z0-9_-]{12,}"),  # OpenAI, Anthropic, Stripe
    # Our own, for programs and devices; names of metrics and functions have neither digits nor capitals.
    ("nexy_", r"((?<![A-Za-z0-9]))nexy_(?=[a-z_]*[A-Z0-9-])[A-Za-z0-9_-]{40,}"),
    ("whsec_", r"()whsec_[A-Za-z0-9+/=_-]{8,}"),  # Stripe and Standard Webhooks
    ("aiza aq. ya29.", r"()(?:AIza[A-Za-z0-9_-]{20,}|AQ\.[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_.-]{10,})"),  # Google
    ("jqqj99", r"()[A-Za-z0-9]{50,80}JQQJ99[A-Za-z0-9]{10,}"),  # Azure
    ("ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", r"()(?:gh[pousr]|github_pat)_[A-Za-z0-9_]{16,}"),
    ("glpat-", r"()glpat-[A-Za-z0-9_-]{16,}"),  # GitLab
    ("xox xapp-", r"()(?:xox[a-z]|xapp)-[A-Za-z0-9-]{8,}"),  # Slack
    ("hf_ npm_ gsk_", r"((?<![A-Za-z0-9]))(?:hf|npm|gsk)_[A-Za-z0-9]{16,}"),  # Hugging Face, npm, Groq
    ("akia asia", r"((?<![A-Za-z0-9]))(?:AKIA|ASIA)[0-9A-Z]{16}"),  # AWS
    ("eyj", r"((?<![A-Za-z0-9_-]))eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){1,4}"),  # JWT, signed or not, and JWE
    ("private key", r"()-{4,5} ?BEGIN [A-Z0-9 ]{0,64}PRIVATE KEY(?s:.)*?(?:-{4,5} ?END [A-Z0-9 ]{1,64}-{4,5}|\Z)"),
    (":aa", r"()(?<![0-9])[0-9]{8,10}:AA[A-Za-z0-9_-]{30,}"),  # Telegram bots
    ("hooks.slack.com", r"(hooks\.slack\.com/(?:services|workflows|triggers)/)[^\s\"'<>]+"),
    ("/api/webhooks/", r"(/api/webhooks/)[^\s\"'<>]+"),  # Discord
    ("://", r"(://[^\s/:@\"']*:)[^\s\"']{1,200}(?=@)"),
    ("authorization cookie", r"((?i:authorization|cookie)[\"'\\]*\s*[=:]\s*)[^\r\n]+"),
    ("bearer basic", r"((?i:(?<![a-z0-9])(?:bearer|basic))\s+)[A-Za-z0-9._~+/=-]{8,}"),
    ("pass pwd secret token cred sig key", rf"((?i:{_NAMES})[\"'\\]*\s*[=:]\s*){_QUOTED_OR_WORD}"),
    ("?key= &key= ?code= &code=", r"([?&](?:key|code)=)[^\s&\"']+"),
)
_BY_NAME = frozenset(("authorization", "bearer", "pass", "?key=", "private key"))
_COMPILED = tuple((tuple(hints.split(" ") if "private" not in hints else (hints,)), re.compile(form))
                  for hints, form in _FORMS)  # fmt: skip
_HINTS = tuple(hint for hints, _ in _COMPILED for hint in hints)
# For texts in which too much must not be hidden, such as code: the forms that are keys by their shape or place on one
# line, without those that go by a name beside them; and what such names are.
KEY_FORMS = tuple((hints, form) for hints, form in _COMPILED if not _BY_NAME.intersection(hints))
SECRET_NAME = re.compile(_NAMES, re.IGNORECASE)
_KEY_NAME = re.compile(rf"(?:{_NAMES}|authorization|cookie|dsn|database_?url|redis_?url)$", re.IGNORECASE)


class Masker:
    """Hides secrets; `known` are values that must never be seen, whatever they look like."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        spellings = {
            spelling
            for secret in known
            if len(secret) >= _SHORTEST_KNOWN
            for spelling in (secret, quote(secret, safe=""), quote_plus(secret), secret.replace('"', '\\"'))
        }
        # The longest first: one secret may be part of another.
        self._known = tuple(sorted(spellings, key=len, reverse=True))

    def text(self, text: str) -> str:
        """The text with every secret in it replaced."""
        for secret in self._known:
            if secret in text:
                text = text.replace(secret, MASK)
        if len(text) < _SHORTEST_WITH_SECRET:
            return text
        lowered = text.lower()
        for hint in _HINTS:
            if hint in lowered:
                return _without_forms(text, lowered)
        return text

    def value(self, value: object, name: str = "", depth: int = 0) -> object:
        """The value as JSON can hold it, without secrets; what lies too deep or is bytes is only described.

        A number beside the name "token" is a count and stays; beside any other secret name it may be the secret.
        """
        match value:
            case None | bool():
                return value
            case int() | float() if not _names_a_secret(name) or name.lower().endswith("token"):
                return value if not isinstance(value, float) or math.isfinite(value) else str(value)
            case _ if _names_a_secret(name):
                return MASK
            case str():
                return self.text(value)
            case bytes() | bytearray() | memoryview():
                return f"<{len(value)} bytes>"
            case Mapping() | list() | tuple() | set() | frozenset() if depth >= _DEEPEST:
                return "<too deep>"
            case Mapping():
                return {self.text(str(key)): self.value(item, str(key), depth + 1) for key, item in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self.value(item, "", depth + 1) for item in value]
            case _:
                return self.text(str(value))


def _without_forms(text: str, lowered: str) -> str:
    for hints, form in _COMPILED:
        for hint in hints:
            if hint in lowered:
                text = form.sub(rf"\g<1>{MASK}", text)
                break
    return text


def _names_a_secret(name: str) -> bool:
    return bool(name) and _ends_like_a_secret(name[-_LONGEST_NAME:])


@lru_cache(maxsize=1024)
def _ends_like_a_secret(name: str) -> bool:
    return _KEY_NAME.search(name) is not None
