"""An index on the disk that cannot be used."""

from nexy.contracts.errors import Unavailable


class IndexDamaged(Unavailable):
    """The mapped index is missing, cut short, altered or of an older version; it is made again from the database."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the index of code on the disk cannot be used: {reason}", code="index_damaged")
        self.reason = reason
