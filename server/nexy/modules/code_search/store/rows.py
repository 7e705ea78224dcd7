"""Values of rows by their types."""

import json
from collections.abc import Mapping

from nexy.contracts.database import Row


def number(row: Row, column: str) -> int:
    """A whole number that is there."""
    value = row[column]
    assert isinstance(value, int)
    return value


def seconds(row: Row, column: str) -> float | None:
    """A time span that may be missing."""
    value = row[column]
    assert value is None or isinstance(value, float)
    return value


def raw(row: Row, column: str) -> bytes:
    """Bytes that are there."""
    value = row[column]
    assert isinstance(value, bytes)
    return value


def counts(row: Row, column: str) -> Mapping[str, int]:
    """Numbers by name, from the text of a JSON object."""
    told: Mapping[str, int] = json.loads(str(row[column]))
    return told
