"""The cache's bounds."""

from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.coordination.byte_cache import ByteCache

STEPS = st.lists(st.tuples(st.sampled_from("abcdef"), st.binary(max_size=600), st.booleans()), max_size=60)


def test_the_least_recently_used_goes_first() -> None:
    """Reading a value keeps it."""
    cache = ByteCache(750)
    for key in "abc":
        cache.put(key, b"x" * 40, 0, 10)
    assert cache.get("a", 1) is not None
    cache.put("d", b"x" * 40, 1, 10)
    assert [key for key in "abcd" if cache.get(key, 1)] == ["a", "c", "d"]


def test_a_value_larger_than_the_cache_is_not_kept_and_hides_the_old_one() -> None:
    """An old value would be wrong after a newer one was set."""
    cache = ByteCache(500)
    cache.put("k", b"old", 0, 10)
    cache.put("k", b"x" * 501, 0, 10)
    assert cache.get("k", 0) is None
    assert cache.held_bytes == 0


def test_a_cache_without_bytes_keeps_nothing() -> None:
    """0 turns the cache off."""
    cache = ByteCache(0)
    cache.put("k", b"", 0, 10)
    assert cache.get("k", 0) is None


@given(STEPS)
def test_the_bound_holds_whatever_happens(steps: list[tuple[str, bytes, bool]]) -> None:
    """Held bytes never pass the limit and return to nothing with the last entry."""
    cache = ByteCache(1500)
    for key, value, removing in steps:
        if removing:
            cache.remove(key)
        else:
            cache.put(key, value, 0, 1)
            assert cache.get(key, 0) == value
        assert 0 <= cache.held_bytes <= 1500
    for key in "abcdef":
        cache.get(key, 2)
    assert cache.held_bytes == 0
