"""Vectors that tell texts apart and are the same in every run."""

import hashlib
import math
from collections.abc import Sequence

_LENGTH = 8


def vector_of(text: str) -> Sequence[float]:
    """Eight numbers on the unit sphere."""
    digest = hashlib.sha256(text.encode()).digest()
    numbers = [byte - 127.5 for byte in digest[:_LENGTH]]
    length = math.sqrt(sum(number * number for number in numbers))
    return [number / length for number in numbers]
