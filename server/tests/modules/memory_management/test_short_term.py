"""What the talk is about now stays short."""

from nexy.config.memory_management_section import MemoryConfig
from nexy.modules.memory_management.short_term import with_exchange

CONFIG = MemoryConfig()


def test_the_last_exchanges_are_kept_oldest_first() -> None:
    """Older ones make room."""
    talk = ""
    for number in range(10):
        talk = with_exchange(talk, f"question {number}", f"answer {number}", CONFIG)
    assert talk.splitlines() == [f"question {number} → answer {number}" for number in range(6, 10)]


def test_long_and_odd_exchanges_become_one_short_line() -> None:
    """Whatever was said takes one bounded line."""
    talk = with_exchange("", "why\n" * 1000, "because → \x07 " * 1000, CONFIG)
    assert len(talk.splitlines()) == 1
    assert len(talk) <= 2 * CONFIG.short_term_characters + 3
    assert talk.count(" → ") == 1


def test_a_private_exchange_is_left_out() -> None:
    """Neither a question nor an answer brings a secret in."""
    assert with_exchange("a → b", "my password is x", "ok", CONFIG) == "a → b"
    assert with_exchange("a → b", "what is it", "the door code is 4567", CONFIG) == "a → b"


def test_nothing_is_kept_where_none_is_wanted() -> None:
    """Zero exchanges switch it off."""
    assert with_exchange("", "a", "b", MemoryConfig(short_term_exchanges=0)) == ""
