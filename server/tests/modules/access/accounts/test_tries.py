"""How often somebody may be wrong."""

import sys
from contextlib import suppress
from dataclasses import replace

import pytest

from nexy.contracts.errors import RateLimitExceeded, Unavailable, ValidationFailed
from nexy.modules.access.accounts.tries import Tries
from support.access import QUICK
from support.clock import FakeClock

CONFIG = replace(QUICK, tries_per_minute=6, burst=3, shared_factor=4)


def wrong(tries: Tries, email: str, network: str = "stranger") -> None:
    with pytest.raises(ValidationFailed), tries.sign_in(email, network):
        raise ValidationFailed("wrong")


def right(tries: Tries, email: str, network: str = "home") -> None:
    with tries.sign_in(email, network):
        pass


def refused(tries: Tries, email: str, network: str = "stranger") -> float:
    with pytest.raises(RateLimitExceeded) as told, tries.sign_in(email, network):
        pytest.fail("it was let in")
    return told.value.retry_after_seconds or 0


def test_so_many_failures_and_no_more() -> None:
    """The next one is refused with the seconds to wait, and taken after them."""
    clock = FakeClock()
    tries = Tries(CONFIG, clock)
    for _ in range(3):
        wrong(tries, "anna")
    assert refused(tries, "anna") == pytest.approx(10)
    clock.advance(10)
    wrong(tries, "anna")


def test_a_stranger_locks_nobody_out() -> None:
    """One wrong try a second for ten minutes: she comes in from another network each time, for the first time too."""
    clock = FakeClock()
    tries = Tries(CONFIG, clock)
    for second in range(600):
        clock.advance(1)
        with suppress(RateLimitExceeded):
            wrong(tries, "anna")
        right(tries, "anna", f"net {second}")


def test_many_strangers_together_are_slowed_down() -> None:
    """An account is not tried without end from ever new networks; whoever was in before from hers is let in."""
    tries = Tries(CONFIG, FakeClock())
    right(tries, "anna", "home")
    for number in range(12):
        wrong(tries, "anna", f"net {number}")
    assert refused(tries, "anna", "net 99") == pytest.approx(2.5)
    right(tries, "anna", "home")
    wrong(tries, "anna", "home")
    right(tries, "anna", "home")


def test_a_network_tries_many_accounts() -> None:
    """It is counted too, and others sign in meanwhile."""
    tries = Tries(CONFIG, FakeClock())
    for number in range(12):
        wrong(tries, f"account {number}")
    refused(tries, "anna")
    right(tries, "anna", "home")


def test_neighbours_at_an_ordinary_pace_are_in_nobodys_way() -> None:
    """An office behind one address: some forget their passwords, the others come in."""
    tries = Tries(CONFIG, FakeClock())
    for number in range(3):
        for _ in range(3):
            wrong(tries, f"forgetful {number}", "office")
    for number in range(50):
        right(tries, f"colleague {number}", "office")


def test_what_succeeds_does_not_count() -> None:
    """A person may sign in as often as she likes; so may who could not be judged try again."""
    tries = Tries(CONFIG, FakeClock())
    for _ in range(20):
        right(tries, "anna")
        with pytest.raises(Unavailable), tries.sign_in("bob", "home"):
            raise Unavailable("away")


def test_a_refusal_of_one_costs_the_other_nothing() -> None:
    """An account under attack does not shut out the network that it is attacked from."""
    tries = Tries(CONFIG, FakeClock())
    for _ in range(3):
        wrong(tries, "anna", "office")
    for _ in range(30):
        refused(tries, "anna", "office")
    wrong(tries, "bob", "office")


def test_whether_an_account_exists_makes_no_difference() -> None:
    """The same tries are refused, with the same wait."""
    tries = Tries(CONFIG, FakeClock())
    right(tries, "anna", "home")
    for email in ("anna", "nobody"):
        for _ in range(3):
            wrong(tries, email, "stranger")
    assert refused(tries, "anna") == refused(tries, "nobody")


def test_refused_tries_leave_nothing_in_memory() -> None:
    """However long and however many addresses a network sends that has no try left."""
    tries = Tries(CONFIG, FakeClock())
    for number in range(12):
        wrong(tries, f"{number}@" + "x" * 60_000)
    kept = [*tries._near._full_at, *tries._far._full_at]
    for number in range(100):
        refused(tries, f"{number}@" + "y" * 60_000)
    assert [*tries._near._full_at, *tries._far._full_at] == kept
    assert sum(map(sys.getsizeof, kept)) < 10_000


def test_networks_that_were_let_in_are_remembered_within_bounds() -> None:
    """`max_triers` of them."""
    tries = Tries(replace(CONFIG, max_triers=100), FakeClock())
    for number in range(150):
        right(tries, "anna", f"net {number}")
    assert len(tries._at_home) == 100


def test_a_network_that_is_not_known_is_not_counted() -> None:
    """All who come without one would otherwise be one."""
    tries = Tries(CONFIG, FakeClock())
    for number in range(30):
        wrong(tries, f"account {number}", "")
        tries.count("sign up", "")


def test_what_is_dear_counts_when_it_succeeds() -> None:
    """A network makes so many accounts, and what it changes is another matter."""
    tries = Tries(CONFIG, FakeClock())
    for _ in range(3):
        tries.count("sign up", "home")
    with pytest.raises(RateLimitExceeded):
        tries.count("sign up", "home")
    tries.count("change", "home")


def test_the_refusal_says_when() -> None:
    """The seconds stand in the text too: not every program shows headers."""
    tries = Tries(CONFIG, FakeClock())
    for _ in range(3):
        tries.count("sign up", "stranger")
    with pytest.raises(RateLimitExceeded, match=r"taken in 10 seconds$"):
        tries.count("sign up", "stranger")
