"""What is known for a while."""

from nexy.modules.code_search.lately import Lately
from support.clock import FakeClock


def test_it_is_known_for_so_long() -> None:
    """And by its key alone."""
    clock = FakeClock()
    lately: Lately[str, int] = Lately(clock, 10)
    lately.put("a", 1)
    clock.advance(9)
    assert (lately.get("a"), lately.get("b")) == (1, None)
    clock.advance(1)
    assert lately.get("a") is None


def test_the_old_goes_when_the_new_comes() -> None:
    """Nothing piles up."""
    clock = FakeClock()
    lately: Lately[int, int] = Lately(clock, 10)
    for number in range(100):
        lately.put(number, number)
        clock.advance(5)
    assert len(lately) == 2


def test_nothing_is_kept_for_no_time() -> None:
    """With 0 seconds everything is found out again."""
    lately: Lately[str, int] = Lately(FakeClock(), 0)
    lately.put("a", 1)
    assert lately.get("a") is None
