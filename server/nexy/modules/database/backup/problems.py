"""What is refused, as one line in the operator's language."""

from nexy.contracts.errors import ValidationFailed
from nexy.messages.catalogue import DEFAULT_LANGUAGE, Catalogue


class BackupRefused(ValidationFailed):
    """One reason of the catalogue's group `backup` with its values; the message itself is English."""

    def __init__(self, reason: str, **values: object) -> None:
        self.reason = reason
        self.values = values
        super().__init__(self.in_words(Catalogue(DEFAULT_LANGUAGE)), code=f"backup_{reason}")

    def in_words(self, words: Catalogue) -> str:
        """The same line in the language of `words`."""
        return words.text(f"backup.{self.reason}", **self.values)


def unwritable(place: object, problem: OSError) -> BackupRefused:
    """A full disk, a missing right, a limit: the place and the system's own words."""
    return BackupRefused("unwritable", place=place, why=problem.strerror or type(problem).__name__)
