"""Rules for single lines, for languages without a parser here and for code that cannot be parsed."""

import re
from collections.abc import Iterator, Mapping
from functools import cache

from nexy.modules.ai_router.offline_code.analysis.finding import Finding, found
from nexy.modules.ai_router.offline_code.wording import table

_COMMENTS = ("#", "//")
# A line beyond this is no line that anybody wrote.
_LOOKED_AT = 2000


def has_line_rules(language: str) -> bool:
    """Whether single lines of this language are looked at for more than secrets and marks."""
    return language in table("line_rules")


def risky_lines(code: str, language: str) -> Iterator[Finding]:
    """Lines that run what they are given, or remove more than was meant."""
    rules = _rules(language)
    for number, line in enumerate(code.splitlines() if rules else (), start=1):
        if line.lstrip().startswith(_COMMENTS):
            continue
        for rule, form in rules.items():
            if match := form.search(line[:_LOOKED_AT]):
                groups = match.groupdict()
                yield found(rule, number, name=groups.get("name") or groups.get("flag") or match[0])


@cache
def _rules(language: str) -> Mapping[str, re.Pattern[str]]:
    return {rule: re.compile(form) for rule, form in table("line_rules").get(language, {}).items()}
