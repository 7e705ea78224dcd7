"""Which lines of an answer are a fenced code block."""

import re

_OPENING = re.compile(r"\s*(?P<marker>`{3,}|~{3,})(?P<info>[^\n]*)")
# A fence is told by the head of its line; the rest of a long line is not kept.
_HEAD = 200


class FenceTracker:
    """Follows the text of one turn line by line; lines may arrive in parts."""

    def __init__(self) -> None:
        self._marker = ""
        self._line = ""

    @property
    def is_open(self) -> bool:
        """Whether the text taken so far has opened a block and not closed it."""
        return bool(self._marker)

    def covers(self, part: str) -> bool:
        """Whether `part`, which goes on where the taken text ended, is code or a fence."""
        if self._marker:
            return True
        joined = self._line + part
        if "```" not in joined and "~~~" not in joined:
            return False
        return bool(_marker_of(joined.rstrip("\n").rpartition("\n")[2]))

    def take(self, text: str) -> None:
        """Go on by `text`."""
        if "\n" not in text:
            self._line = (self._line + text)[:_HEAD]
            return
        *whole, rest = text.split("\n")
        for line in whole:
            self._end_line(self._line + line)
            self._line = ""
        self._line = (self._line + rest)[:_HEAD]

    def _end_line(self, line: str) -> None:
        if not self._marker:
            self._marker = _marker_of(line)
            return
        bare = line.strip()
        if len(bare) >= len(self._marker) and not bare.strip(self._marker[0]):
            self._marker = ""


def _marker_of(line: str) -> str:
    """The fence's characters where `line` opens a block; backticks after them make it inline code."""
    match = _OPENING.match(line)
    if match is None or (match["marker"][0] == "`" and "`" in match["info"]):
        return ""
    return match["marker"]
