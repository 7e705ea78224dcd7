"""Measures of a piece of code by their published definitions."""

import math
import re
from dataclasses import dataclass

from nexy.modules.ai_router.offline_code.wording import word_set

# One lexer for all languages: names and literals are operands, everything else operators.
_TOKEN = re.compile(
    r"""(?P<comment>\#(?!\w*[\[!])[^\n]*|//[^\n]*|/\*.*?\*/)
      |(?P<literal>\"\"\".*?\"\"\"|'''.*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\b\d[\w.]*)
      |(?P<word>\w+)
      |(?P<sign>[-+*/%=<>!&|^~?:]{1,3}|[^\s\w])""",
    re.VERBOSE | re.DOTALL,
)
_WORD_OPERATORS = word_set("operators")
_BLANK = {"comment"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Halstead:
    """M. H. Halstead, Elements of Software Science (1977): distinct and all operators and operands."""

    distinct: int
    total: int

    @property
    def volume(self) -> float:
        """N log2 n, in bits."""
        return self.total * math.log2(self.distinct) if self.distinct > 1 else 0.0


def halstead(code: str) -> Halstead:
    """Counted over all tokens but comments."""
    seen: set[tuple[bool, str]] = set()
    total = 0
    for token in _TOKEN.finditer(code):
        if token.lastgroup in _BLANK:
            continue
        operand = token.lastgroup == "literal" or (token.lastgroup == "word" and token[0] not in _WORD_OPERATORS)
        seen.add((operand, token[0]))
        total += 1
    return Halstead(distinct=len(seen), total=total)


def source_lines(code: str, language: str) -> int:
    """Lines that are neither blank nor nothing but a comment."""
    hashes = language in ("python", "sql", "")
    count, in_comment = 0, False
    for raw in code.splitlines():
        line = raw.strip()
        if in_comment:
            in_comment = "*/" not in line
            continue
        if not line or line.startswith("//") or (hashes and line.startswith(("#", "--"))):
            continue
        if line.startswith("/*"):
            in_comment = "*/" not in line
            continue
        count += 1
    return count


def maintainability_index(volume: float, complexity: int, lines: int) -> float:
    """0 to 100, more is easier to keep.

    Oman and Hagemeister (1992), in the form without comments of Coleman and others (1994): 171 - 5.2 ln V - 0.23 G
    - 16.2 ln LOC, set to the scale of 0 to 100 as Visual Studio does.
    """
    if not lines:
        return 100.0
    index = 171 - 5.2 * math.log(max(volume, 1.0)) - 0.23 * complexity - 16.2 * math.log(lines)
    return round(min(100.0, max(0.0, index * 100 / 171)), 1)
