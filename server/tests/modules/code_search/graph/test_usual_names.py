"""Names that languages bring along."""

import numpy as np
import pytest

from nexy.modules.code_search.graph.usual_names import usual_names
from nexy.modules.code_search.terms.hashing import name_hash


@pytest.mark.parametrize("name", ["isinstance", "parseInt", "append", "unwrap", "malloc", "ValueError"])
def test_names_of_several_languages_are_known(name: str) -> None:
    """By hash, as calls are."""
    assert name_hash(name) in usual_names()


@pytest.mark.parametrize("name", ["#", "Python", "connect", "execute", ""])
def test_others_and_the_remarks_are_not(name: str) -> None:
    """Lines that begin with # name the language only."""
    assert name_hash(name) not in usual_names()


def test_they_are_sorted_and_once_each() -> None:
    """Looking up relies on it."""
    assert (np.diff(usual_names().astype(object)) > 0).all()
