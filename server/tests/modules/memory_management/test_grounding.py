"""A model may do to a memory only what the person's own words bear out."""

import pytest

from nexy.modules.memory_management.facts import FactOp, Keep, KnownFact, Withdraw
from nexy.modules.memory_management.grounding import grounded, may_tell_of_herself

KNOWN = [
    KnownFact(fact_id="1", subject="home", text="Lives in Berlin"),
    KnownFact(fact_id="2", subject="car", text="My car is red"),
    KnownFact(fact_id="3", subject="name", text="Name: Anna"),
]


def held(prompt: str, *proposed: FactOp, plain: tuple[FactOp, ...] = (), room: int = 10) -> list[FactOp]:
    return list(grounded(proposed, prompt, KNOWN, plain, room=room))


def test_what_she_said_is_held() -> None:
    """A fact made of her own words."""
    op = Keep(subject="sister", text="Sister studies medicine in Lyon")
    assert held("My sister studies medicine in Lyon.", op) == [op]


@pytest.mark.parametrize("text", ["Owns a yacht", "Sister is a secret agent in Moscow", ""])
def test_what_she_did_not_say_is_left_out(text: str) -> None:
    """Neither a guess, nor what a page said, nor nothing."""
    assert held("My sister studies medicine in Lyon.", Keep(subject="sister", text=text)) == []


def test_a_correction_is_about_the_same() -> None:
    """ "My car is blue" corrects the red one."""
    op = Keep(subject="car", text="My car is blue")
    assert held("My car is blue.", op) == [op]


def test_a_correction_of_something_else_is_added_beside_it() -> None:
    """The name is not lost to a walk in the park."""
    (op,) = held("I walked in the park.", Keep(subject="name", text="Walked in the park"))
    assert isinstance(op, Keep)
    assert op.subject not in {fact.subject for fact in KNOWN}


@pytest.mark.parametrize("said", ["I was in Berlin once, not Berlin again", "Not Berlin", "My Berlin guide is torn"])
def test_a_word_that_comes_up_again_corrects_and_withdraws_nothing(said: str) -> None:
    """A model that takes a mention for news may add, but the home stays."""
    ops = held(said, Keep(subject="home", text=said), Withdraw(subject="home"))
    assert all(isinstance(op, Keep) and op.subject != "home" for op in ops)


@pytest.mark.parametrize(
    ("prompt", "holds"),
    [
        ("I no longer live in Berlin.", True),
        ("Я больше не живу в Berlin, my lives moved", True),
        ("I live in Berlin.", False),
        ("What a day in town!", False),
        ("I do not like rain.", False),
    ],
)
def test_a_withdrawal_needs_her_own_no_longer(prompt: str, *, holds: bool) -> None:
    """Both the words of the fact and a negation are hers."""
    assert bool(held(prompt, Withdraw(subject="home"))) is holds


def test_a_question_states_nothing() -> None:
    """Whatever the model reads into it."""
    assert held("Is my car blue?", Keep(subject="car", text="My car is blue")) == []


def test_what_is_known_already_is_not_added_again() -> None:
    """Neither what the rules found in this turn nor what another subject says."""
    found = Keep(subject="likes:tea", text="Likes green tea")
    again = Keep(subject="drinks", text="Likes green tea")
    assert held("I like green tea.", again, plain=(found,)) == []
    assert held("My car is red.", Keep(subject="vehicle", text="My car is red")) == []


def test_a_model_fills_half_of_a_memory_at_most() -> None:
    """Room for what the person asks to remember stays; corrections need none."""
    new, correction = Keep(subject="pet", text="My parrot sings"), Keep(subject="car", text="My car is blue")
    assert held("My parrot sings. My car is blue.", new, correction, room=0) == [correction]


@pytest.mark.parametrize(
    ("prompt", "personal"),
    [
        ("What is the capital of France?", False),
        ("Open Safari", False),
        ("Открой почту", False),
        ("My knee hurts", True),
        ("У меня болит колено", True),
        ("Remember the milk", True),
    ],
)
def test_only_who_speaks_of_herself_is_analysed(prompt: str, *, personal: bool) -> None:
    """A model is not paid for turns that state nothing."""
    assert may_tell_of_herself(prompt) is personal
