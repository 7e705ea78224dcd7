"""What can be told of lines alone, for languages without a parser here."""

import re
from collections.abc import Iterator

from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.analysis.text_rules import looks_like_secret, todo_in

_COMMENT = re.compile(r"(?:#|//|--|/\*|<!--|;)(.*)")
# From the beginning of a word only: from every letter of a long one it would take quadratic time.
_SETS = re.compile(r"""\b(\w+)["']?\s*(?::=|=>|[:=])\s*["']([^"'\n]{8,})["']""")
_DECISION = re.compile(
    r"\b(?:if|elif|elsif|elseif|for|foreach|while|until|unless|case|when|catch|except|rescue)\b|&&|\|\|"
)
_LONG_LINE = 160


def line_findings(code: str) -> Iterator[Finding]:
    """Marks of work to be done, secrets, lines that nobody can read."""
    for number, line in enumerate(code.splitlines(), start=1):
        comment = _COMMENT.search(line)
        if comment and (todo := todo_in(comment[1])):
            yield found("todo", number, mark=todo[0], text=todo[1])
        for name, value in _SETS.findall(line):
            if looks_like_secret(name, value):
                yield found("hardcoded-secret", number, name=name)
        if len(line) > _LONG_LINE:
            yield found("long-line", number, count=len(line), limit=_LONG_LINE)


def line_decisions(code: str) -> int:
    """Words that usually decide, outside comments."""
    return sum(len(_DECISION.findall(_COMMENT.sub("", line))) for line in code.splitlines())
