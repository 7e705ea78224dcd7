"""What stands around the cursor."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"[A-Za-z_$][\w$]*$")
_INDENT = re.compile(r"^( +)\S", re.MULTILINE)
# No completion looks further back than this: one keystroke must not cost more in a long file.
_BEFORE, _BEHIND = 12_000, 4_000
# A longer word is no name; from every letter of it the search for its end would begin anew.
_LONGEST_WORD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`line` is the line up to the cursor, `word` the name that is being typed, `rest` the line behind the cursor.

    `beside` is code from elsewhere.
    """

    before: str
    behind: str
    language: str
    line: str
    rest: str
    indent: str
    word: str
    beside: str = ""

    @property
    def unit(self) -> str:
        """One step of indentation, as the file has it."""
        if self.language == "go" or "\n\t" in self.before:
            return "\t"
        steps = [len(blanks) for blanks in _INDENT.findall(self.before) if len(blanks) > 1]
        wide = self.language in ("python", "rust", "java", "c", "cpp")
        return " " * min(steps, default=4 if wide else 2)


def cursor_at(prefix: str, suffix: str, language: str, beside: str = "") -> Cursor:
    """The cursor between two texts."""
    before, behind = prefix[-_BEFORE:], suffix[:_BEHIND]
    line = before.rpartition("\n")[2]
    word = _WORD.search(line[-_LONGEST_WORD:])
    return Cursor(
        before=before,
        behind=behind,
        language=language,
        line=line,
        rest=behind.partition("\n")[0],
        indent=line[: len(line) - len(line.lstrip())],
        word=word[0] if word else "",
        beside=beside,
    )
