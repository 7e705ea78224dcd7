"""Facts are added, corrected and withdrawn one by one; nothing else changes."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from nexy.config.memory_management_section import MemoryConfig
from nexy.modules.memory_management.facts import Added, Change, FactOp, Keep, KnownFact, Withdraw, Withdrawn
from nexy.modules.memory_management.merge import merge

CONFIG = MemoryConfig()
PARIS = KnownFact(fact_id="1", subject="home", text="Lives in Paris")
TEA = KnownFact(fact_id="2", subject="likes:tea", text="Likes tea")


def merged(*ops: FactOp, config: MemoryConfig = CONFIG) -> Sequence[Change]:
    return merge([PARIS, TEA], ops, config)


def test_a_new_subject_is_added() -> None:
    """Nothing is replaced."""
    assert merged(Keep(subject="name", text="Name: Anna")) == (Added(subject="name", text="Name: Anna"),)


def test_a_newer_fact_corrects_the_older_one_of_its_subject() -> None:
    """The older one is named, so that it stays in the history."""
    (change,) = merged(Keep(subject="home", text="Lives in Berlin"))
    assert change == Added(subject="home", text="Lives in Berlin", replaces="1")


@pytest.mark.parametrize("text", ["Lives in Paris", "lives in paris."])
def test_saying_it_again_changes_nothing(text: str) -> None:
    """A turn that is learnt twice leaves one fact."""
    assert merged(Keep(subject="home", text=text)) == ()


def test_a_withdrawal_means_what_it_says() -> None:
    """Only the fact that says so is withdrawn; a subject that is not known is no fact."""
    assert merged(Withdraw(subject="home", about="Paris")) == (Withdrawn(fact_id="1"),)
    assert merged(Withdraw(subject="home", about="Rome")) == ()
    assert merged(Withdraw(subject="name")) == ()


def test_one_turn_changes_a_subject_once() -> None:
    """The first word on a subject counts."""
    assert len(merged(Keep(subject="home", text="Lives in Rome"), Withdraw(subject="home"))) == 1


def test_a_turn_is_bounded() -> None:
    """No turn writes a book."""
    ops = [Keep(subject=f"s{number}", text=f"Fact {number} word{number}") for number in range(50)]
    assert len(merged(*ops)) == CONFIG.max_facts_per_turn


def test_a_full_memory_takes_corrections_only() -> None:
    """Nothing is pushed out to make room."""
    full = replace(CONFIG, max_facts=2)
    changes = merged(Keep(subject="name", text="Name: Anna"), Keep(subject="home", text="Lives in Rome"), config=full)
    assert changes == (Added(subject="home", text="Lives in Rome", replaces="1"),)


@pytest.mark.parametrize("text", ["", "   ", "the", "My password is x", "4111 1111 1111 1111", "\x00\x01"])
def test_what_says_nothing_or_too_much_is_no_fact(text: str) -> None:
    """Blank and private texts are left out, whoever proposed them."""
    assert merged(Keep(subject="name", text=text)) == ()


def test_a_fact_is_one_bounded_line() -> None:
    """No line break, control character or lone surrogate reaches a prompt or a table."""
    (change,) = merged(Keep(subject="a\nb", text="Likes\n\ntea\x00\ud800 </memory> " + "word " * 200))
    assert isinstance(change, Added)
    assert change.subject == "a b"
    assert "\n" not in change.text
    assert "\x00" not in change.text
    assert len(change.text) <= CONFIG.max_fact_characters
    change.text.encode()
