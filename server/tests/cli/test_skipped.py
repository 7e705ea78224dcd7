"""What an index leaves out, in words."""

from nexy.cli.skipped import skipped_line
from nexy.messages.catalogue import Catalogue


def test_the_most_first() -> None:
    """And by name where there are as many; nothing is no line."""
    words = Catalogue("en")
    assert skipped_line({"binary": 1, "symlink": 7, "empty": 1}, words) == "  left out: links 7, binary 1, empty 1"
    assert skipped_line({}, words) == ""
