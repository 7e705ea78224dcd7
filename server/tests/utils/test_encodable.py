"""Text that can leave the process."""

import pytest

from nexy.utils.encodable import encodable


@pytest.mark.parametrize(
    ("text", "told"), [("", ""), ("plain", "plain"), ("Привет 🦜", "Привет 🦜"), ("a\ud83db", "a?b")]
)
def test_only_lone_surrogates_change(text: str, told: str) -> None:
    """Each becomes a question mark."""
    assert encodable(text) == told
