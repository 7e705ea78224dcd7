"""How much of the log stands on the terminal of a server."""

from pathlib import Path

import pytest

from nexy.cli.serve import logging_section
from nexy.cli.surroundings import Surroundings
from nexy.config.unified_config import load_config
from nexy.messages.catalogue import Catalogue


@pytest.mark.parametrize(
    ("chosen", "quiet", "level"),
    [
        ({}, True, "WARNING"),
        ({}, False, "INFO"),
        ({"LOG_LEVEL": "INFO"}, True, "INFO"),
        ({"LOG_LEVEL": "DEBUG"}, True, "DEBUG"),
        ({"LOG_LEVEL": "ERROR"}, True, "ERROR"),
    ],
)
def test_a_page_that_is_read_is_joined_by_warnings_only(
    chosen: dict[str, str], quiet: bool, level: str, tmp_path: Path
) -> None:
    """On a terminal of `nexy stream serve`; a level that somebody chose rules, even where it is the usual one."""
    loaded = load_config({"NEXY_HOME": str(tmp_path), **chosen}, cwd=tmp_path)
    surroundings = Surroundings(loaded=loaded, language="en", words=Catalogue("en"))
    assert logging_section(surroundings, quiet=quiet).level == level
