"""What is promised before it is learnt."""

import pytest

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.memory import Foreseen
from nexy.modules.memory_management.foresight import foreseen

CONFIG = MemoryConfig()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("My name is Anna. I like tea.", Foreseen(keeps=["Name: Anna", "Likes tea"])),
        ("I no longer live in Paris", Foreseen(keeps=[], ends=True)),
        ("Remember that my PIN is 1234", Foreseen(keeps=[], private=True)),
        ("I like tea. My PIN is 1234.", Foreseen(keeps=["Likes tea"])),
        ("What time is it?", Foreseen(keeps=[])),
        ("", Foreseen(keeps=[])),
        ("I like tea. " * 100, Foreseen()),
    ],
)
def test_what_is_foreseen(said: str, expected: Foreseen) -> None:
    """Facts as they will be told, an end, a secret, or nothing; more than can be read at once is left unread."""
    assert foreseen(said, CONFIG) == expected


def test_no_more_is_promised_than_a_turn_may_keep() -> None:
    """And no longer than a fact may be."""
    many = " ".join(f"I like thing{number}." for number in range(20))
    assert len(foreseen(many, CONFIG).keeps) == CONFIG.max_facts_per_turn
    (long,) = foreseen("Remember that the box holds " + "old shoes and " * 40 + "hats", CONFIG).keeps
    assert len(long) <= CONFIG.max_fact_characters
