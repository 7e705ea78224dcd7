"""The speakable text of an answer, put together from prose and the objects in it."""

_NO_SPACE_BEFORE = frozenset(",.;:!?…)]}»”")


class Spoken:
    """Collects pieces; where two parts of an answer meet, words do not run into each other."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._seam = False
        self.tail = ""
        self.blank = True

    def say(self, text: str) -> None:
        """Add text behind what was said."""
        if not text:
            return
        if self._seam and self._would_touch(text[0]):
            self._pieces.append(" ")
        self._seam = False
        self._pieces.append(text)
        self.tail = text[-1]
        self.blank = self.blank and text.isspace()

    def seam(self) -> None:
        """A new part of the answer begins here."""
        self._seam = True

    def drain(self) -> str:
        """What was said since the last call."""
        text = "".join(self._pieces)
        self._pieces.clear()
        return text

    def _would_touch(self, first: str) -> bool:
        return bool(self.tail) and not self.tail.isspace() and not first.isspace() and first not in _NO_SPACE_BEFORE
