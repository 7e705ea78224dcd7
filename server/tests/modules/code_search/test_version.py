"""The version of the rules."""

from nexy.modules.code_search.version import VERSION


def test_the_version_fits_its_column() -> None:
    """PostgreSQL keeps it as an integer, the mapped file as 32 bits without a sign."""
    assert isinstance(VERSION, int)
    assert 0 < VERSION < 1 << 31
