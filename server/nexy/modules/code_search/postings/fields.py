"""The fields of a piece of code, and how much each of them says."""

from dataclasses import dataclass, field
from enum import IntEnum


class Field(IntEnum):
    """Where in a piece a term stands; the values are columns of the stored counts.

    NAME is the symbol's last part and OWNER what stands before it ("Session" of "Session.close").
    """

    NAME = 0
    OWNER = 1
    SIGNATURE = 2
    COMMENT = 3
    CODE = 4
    PATH = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWeight:
    """How much a term counts here, and how strongly long fields are held back (`b` of BM25, 0 to 1)."""

    boost: float = 1.0
    b: float = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWeights:
    """BM25F: a weight per field, and `k1`, from where on more of the same says little more."""

    name: FieldWeight = field(default_factory=lambda: FieldWeight(boost=3.0, b=0.3))
    owner: FieldWeight = field(default_factory=lambda: FieldWeight(boost=1.5, b=0.3))
    signature: FieldWeight = field(default_factory=lambda: FieldWeight(boost=1.0, b=0.5))
    comment: FieldWeight = field(default_factory=lambda: FieldWeight(boost=1.5, b=0.6))
    code: FieldWeight = field(default_factory=lambda: FieldWeight(boost=1.0, b=0.75))
    path: FieldWeight = field(default_factory=lambda: FieldWeight(boost=1.0, b=0.3))
    k1: float = 1.2

    def of(self, which: Field) -> FieldWeight:
        """The weight of one field."""
        return (self.name, self.owner, self.signature, self.comment, self.code, self.path)[which]
