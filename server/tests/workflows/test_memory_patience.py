"""A turn waits for its memory as long as memory usually takes, and never longer than the budget."""

import pytest

from nexy.workflows.memory_patience import MemoryPatience

BUDGET = 0.35


def test_at_first_the_whole_budget_is_waited() -> None:
    """Nobody knows yet how far the database is."""
    assert MemoryPatience(BUDGET).seconds == BUDGET


def test_a_near_database_is_not_waited_for_long() -> None:
    """When it is suddenly stuck, a turn loses some times what a read took before."""
    patience = MemoryPatience(BUDGET)
    for _ in range(10):
        patience.came(0.004)
    assert patience.seconds == pytest.approx(0.03)


def test_a_far_database_is_waited_for_up_to_the_budget() -> None:
    """A hundred milliseconds are usual there."""
    patience = MemoryPatience(BUDGET)
    patience.came(0.1)
    assert patience.seconds == BUDGET


def test_nobody_waits_after_a_late_read_until_one_comes_in_time() -> None:
    """Only the first miss is news."""
    patience = MemoryPatience(BUDGET)
    patience.came(0.004)
    assert patience.missed()
    assert not patience.missed()
    assert patience.seconds == 0
    patience.came(2.0)
    assert patience.seconds == 0
    patience.came(0.004)
    assert patience.seconds > 0


def test_a_database_that_moved_away_is_waited_for_again() -> None:
    """Reads that take longer from now on, within the budget, become the usual."""
    patience = MemoryPatience(BUDGET)
    patience.came(0.004)
    for _ in range(3):
        patience.came(0.08)
    assert not patience.late
    assert patience.seconds > 0.08
