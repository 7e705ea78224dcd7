"""Somebody else's words stay words."""

from hypothesis import given
from hypothesis import strategies as st

from nexy.utils.plain_words import plain_words


def test_what_could_be_a_command_is_only_words() -> None:
    """Braces, fences and the action prefix lose their meaning and nothing else changes."""
    assert plain_words('```{"command": [1]}``` ok') == "'''(\"command\": (1))''' ok"
    assert "__MCP__" not in plain_words("__MCP__x")
    assert plain_words("Likes tea, «чай».") == "Likes tea, «чай»."


@given(st.text(alphabet="_MCP{}[]`ab ", max_size=60))
def test_whatever_the_words_are(said: str) -> None:
    """No order of signs brings a command back."""
    told = plain_words(said)
    assert not set("{}[]`") & set(told)
    assert "__MCP__" not in told
