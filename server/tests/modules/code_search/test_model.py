"""Bounds that stand in the code and in the tables."""

import re
from importlib.resources import files

from nexy.modules.code_search.model import DIGEST_BYTES, LONGEST_NAME

_TABLES = (files("nexy.modules.database") / "migrations" / "0008_code_index.sql").read_text(encoding="utf-8")


def test_the_tables_check_the_same_bounds() -> None:
    """A name that is let through is one that the database takes, and so is a digest."""
    assert re.findall(r"CHECK \(length\(name\) BETWEEN 1 AND (\d+)\)", _TABLES) == [str(LONGEST_NAME)]
    assert re.findall(r"CHECK \(length\(digest\) = (\d+)\)", _TABLES) == [str(DIGEST_BYTES)]
