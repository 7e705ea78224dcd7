"""Reads a parameter of the query string from left to right, and says where it cannot go on."""

from nexy.contracts.rows import RowsRefused

_GRAMMAR = "PGRST100"
_IN_NAMES = frozenset("_$- ")
_MOST_SHOWN = 100


def ungrammatical(what: str, text: str, details: str, hint: str | None = None) -> RowsRefused:
    """The refusal of a parameter, which is repeated as far as it is of use."""
    shown = text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
    return RowsRefused(_GRAMMAR, f"failed to parse {what} ({shown})", details=details, hint=hint)


class Scanner:
    """A text and how far it was read; everything raises `RowsRefused`."""

    def __init__(self, text: str, what: str) -> None:
        self._text = text
        self._what = what
        self._at = 0

    @property
    def at_end(self) -> bool:
        """Whether nothing is left."""
        return self._at >= len(self._text)

    def sees(self, token: str) -> bool:
        """Whether this is next."""
        return self._text.startswith(token, self._at)

    def takes(self, token: str) -> bool:
        """Go past this, if it is next."""
        found = self.sees(token)
        self._at += len(token) if found else 0
        return found

    def expect(self, token: str) -> None:
        """Go past what must be next."""
        if not self.takes(token):
            raise self.refusal(f"expected {token}")

    def name(self) -> str:
        """A name: letters, digits, `_`, `$`, `-` and blanks within, or anything in double quotes."""
        if self.sees('"'):
            return self.quoted()
        start = self._at
        while not self.at_end and self._is_of_name(self._text[self._at]) and not self.sees("->"):
            self._at += 1
        found = self._text[start : self._at].strip()
        if not found:
            raise self.refusal("expected a name")
        return found

    def quoted(self) -> str:
        """A text in double quotes, in which a backslash takes away the meaning of what follows it."""
        self.expect('"')
        signs: list[str] = []
        while not self.takes('"'):
            self.takes("\\")
            if self.at_end:
                raise self.refusal('expected "')
            signs.append(self._text[self._at])
            self._at += 1
        return "".join(signs)

    def until(self, stops: str) -> str:
        """Everything before the first of these signs, or before the end."""
        start = self._at
        while not self.at_end and self._text[self._at] not in stops:
            self._at += 1
        return self._text[start : self._at]

    def mark(self) -> int:
        """Where it stands, for `back_to`."""
        return self._at

    def back_to(self, mark: int) -> None:
        """Read once more from there."""
        self._at = mark

    def rest(self) -> str:
        """Everything that is left."""
        left, self._at = self._text[self._at :], len(self._text)
        return left

    def end(self) -> None:
        """Nothing may be left."""
        if not self.at_end:
            raise self.refusal("expected the end")

    def refusal(self, details: str, hint: str | None = None) -> RowsRefused:
        """What is wrong here."""
        return ungrammatical(self._what, self._text, f"{details} at column {self._at + 1}", hint)

    @staticmethod
    def _is_of_name(sign: str) -> bool:
        return sign.isalnum() or sign in _IN_NAMES
