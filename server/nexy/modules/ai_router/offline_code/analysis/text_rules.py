"""What can be told of a name or a string alone, in any language."""

import re

# Loud: anywhere. Quiet: only where it is handed to something that runs queries; prose says "select one from" too.
_LOUD_SQL = re.compile(
    r"\s*(?:SELECT\s.*\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|DROP\s+TABLE\s|ALTER\s+TABLE\s)",
    re.DOTALL,
)
_QUIET_SQL = re.compile(
    r"\s*(?:select\s.*\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s|drop\s+table\s)",
    re.DOTALL | re.IGNORECASE,
)
_RUNS_SQL = re.compile(
    r"(?:^|\.)(?:\$?queryRaw\w*|query\w*|execute\w*|exec|raw|prepare\w*|fetch(?:one|all|val|row)?)$", re.I
)
_SECRET_NAME = re.compile(
    r"(?:^|_|\b)(?:api_?key|secret(?:_?key)?|pass(?:word|wd|phrase)|auth_?token|access_?token|private_?key|client_?secret)$",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"(?i)^(?:x+|\*+|\.+|.*(?:example|change.?me|your|placeholder|dummy|redacted|password|secret|<|\{|\$).*)$"
)
_SECRET_VALUE = re.compile(
    r"^(?:sk_live_\w{16,}|sk-[\w-]{20,}|AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}|xox[abprs]-[\w-]{10,}|AIza[\w-]{30,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*)$",
    re.DOTALL,
)
_TODO = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b[:\s(]*(.*)")
_LONGEST = 80
_STATEMENT = 1000


def looks_like_sql(text: str, called: str = "") -> bool:
    """Whether it begins like a statement; `called` is what it is handed to."""
    # Strings and calls may lie in one another: to read each to its end would take quadratic time.
    text, called = text.lstrip()[:_STATEMENT], called[-_STATEMENT:]
    return bool(_LOUD_SQL.match(text) or (_RUNS_SQL.search(called) and _QUIET_SQL.match(text)))


def looks_like_secret(name: str, value: str) -> bool:
    """Whether this name with this literal value gives a secret away."""
    if _SECRET_VALUE.match(value):
        return True
    if len(value) < 8 or " " in value or _PLACEHOLDER.match(value):
        return False
    return bool(_SECRET_NAME.search(_snake(name)))


def todo_in(comment: str) -> tuple[str, str] | None:
    """The mark and what is to be done, where a comment says so."""
    mark = _TODO.search(comment)
    return None if mark is None else (mark[1], mark[2].strip(" *)/:-")[:_LONGEST])


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
