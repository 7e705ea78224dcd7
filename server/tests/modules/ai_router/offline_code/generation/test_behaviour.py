"""What the Python templates make does what it says."""

import random
import time
from pathlib import Path
from typing import Any

import pytest

from nexy.modules.ai_router.offline_code.generation.generate import generate
from support.code_corpus import LIMITS


def _made(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "made"}
    exec(compile(generate(text, "", "python", "en", LIMITS).code, "made", "exec"), names)
    return names


def test_the_lru_cache_forgets_what_was_used_longest_ago() -> None:
    """A look counts as use."""
    cache = _made("LRU cache")["LruCache"](2)
    cache.set("a", 1)
    cache.set("b", 2)
    cache.get("a")
    cache.set("c", 3)
    assert (cache.get("a"), cache.get("b"), cache.get("c"), len(cache)) == (1, None, 3, 2)


def test_the_ttl_cache_forgets_in_time() -> None:
    """By the clock that it was given."""
    now = [0.0]
    cache = _made("cache with ttl")["TtlCache"](10, clock=lambda: now[0])
    cache.set("a", 1)
    now[0] = 9.9
    assert cache.get("a") == 1
    now[0] = 10.0
    assert cache.get("a") is None


def test_retry_tries_again_and_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits double, and the last error is raised."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setattr(random, "uniform", lambda _, high: high)
    calls: list[int] = []

    @_made("retry with backoff")["retry"](ValueError, attempts=4, first_wait=1.0, longest_wait=3.0)
    def work() -> None:
        calls.append(1)
        raise ValueError("not yet")

    with pytest.raises(ValueError, match="not yet"):
        work()
    assert (len(calls), waits) == (4, [1.0, 2.0, 3.0])


def test_the_bucket_refills() -> None:
    """Its capacity at once, then by time."""
    now = [0.0]
    limiter = _made("rate limiter")["RateLimiter"](2, 1.0, clock=lambda: now[0])
    assert [limiter.allow() for _ in range(3)] == [True, True, False]
    now[0] = 1.0
    assert [limiter.allow() for _ in range(2)] == [True, False]


@pytest.mark.parametrize(
    ("address", "valid"),
    [
        ("a@b.co", True),
        ("a.b+c@x-y.example", True),
        ("a@b", False),
        ("a b@c.de", False),
        ("@c.de", False),
        ("a@b..c", False),
    ],
)
def test_addresses_are_told_apart(address: str, valid: bool) -> None:
    """By their form."""
    assert _made("validate email")["is_valid_email"](address) is valid


def test_a_csv_row_of_another_length_is_refused(tmp_path: Path) -> None:
    """The error names the row."""
    read_csv = _made("parse a CSV file")["read_csv"]
    file = tmp_path / "a.csv"
    file.write_text('name,note\nAnna,"a, b"\n', encoding="utf-8")
    assert read_csv(file) == [{"name": "Anna", "note": "a, b"}]
    file.write_text("name,note\nAnna\n", encoding="utf-8")
    with pytest.raises(ValueError, match="row 2"):
        read_csv(file)


def test_passwords_are_verified() -> None:
    """The right one and no other."""
    made = _made("hash a password")
    stored = made["hash_password"]("correct horse")
    assert made["verify_password"]("correct horse", stored)
    assert not made["verify_password"]("wrong horse", stored)


def test_pages_count_from_one() -> None:
    """The last one is short, the one behind it empty."""
    paginate = _made("paginate a list")["paginate"]
    page = paginate(list(range(5)), 3, 2)
    assert (page.items, page.pages, page.total) == ([4], 3, 5)
    assert paginate([1], 9, 2).items == []


def test_the_small_ones() -> None:
    """Factorial, Fibonacci, search, groups, reversal."""
    assert _made("factorial")["factorial"](5) == 120
    assert _made("fibonacci")["fibonacci"](7) == [0, 1, 1, 2, 3, 5, 8]
    assert [_made("binary search")["binary_search"]([1, 3, 5], wanted) for wanted in (3, 4)] == [1, -1]
    assert _made("group by")["group_by"](["a", "bb", "c"], len) == {1: ["a", "c"], 2: ["bb"]}
    assert _made("reverse a string")["reverse"]("abc") == "cba"


def test_users_are_sorted_by_age() -> None:
    """By the key that the description names."""
    sort = _made("sort users by age")["sort_users_by_age"]

    class User:
        def __init__(self, age: int) -> None:
            self.age = age

    assert [user.age for user in sort([User(3), User(1), User(2)])] == [1, 2, 3]


def test_the_building_blocks() -> None:
    """Sorting, numbers, texts and lists."""
    values = [3, 1, 2, 3, -1]
    assert _made("quicksort")["quicksort"](values) == _made("bubble sort")["bubble_sort"](values) == sorted(values)
    assert [number for number in range(-2, 30) if _made("check whether a number is prime")["is_prime"](number)] == [
        2, 3, 5, 7, 11, 13, 17, 19, 23, 29,
    ]  # fmt: skip
    assert [_made("gcd of two numbers")["gcd"](*pair) for pair in ((12, 18), (7, 0), (-4, 6))] == [6, 7, 2]
    assert [_made("palindrome check")["is_palindrome"](text) for text in ("a man", "Abba!")] == [False, True]
    assert _made("palindrome")["is_palindrome"]("Never odd or even")
    assert _made("slugify a title")["slugify"](" Crème brûlée — Рецепт! ") == "creme-brulee-рецепт"
    assert _made("flatten a nested list")["flatten"]([1, [2, (3, [4])], "ab"]) == [1, 2, 3, 4, "ab"]
    assert list(_made("chunk a list")["chunk"]([1, 2, 3, 4, 5], 2)) == [[1, 2], [3, 4], [5]]
    assert _made("sum of a list")["total"]([1, 2, 3]) == 6


def test_the_linked_list() -> None:
    """Both ends, removal at every place, and turned round."""
    linked = _made("linked list")["LinkedList"]([1, 2, 3])
    linked.prepend(0)
    linked.remove(3)
    linked.append(4)
    linked.reverse()
    linked.append(-1)
    assert (list(linked), len(linked)) == ([4, 2, 1, 0, -1], 5)
    with pytest.raises(ValueError, match="not in the list"):
        linked.remove(9)


def test_what_is_kept_is_not_worked_out_again() -> None:
    """Once for each set of arguments; one instance; once in its time."""
    calls: list[int] = []

    def noted(number: int) -> int:
        calls.append(number)
        return number

    remembered = _made("memoize")["memoize"](noted)
    assert ([remembered(number) for number in (1, 2, 1)], calls) == ([1, 2, 1], [1, 2])
    single = _made("singleton")["Singleton"]
    assert single.instance() is single.instance()
    now: list[float] = [0.0]
    rang: list[float] = []
    ring = _made("throttle function")["throttle"](1.0, clock=lambda: now[0])(lambda: rang.append(now[0]))
    for moment in (0.0, 0.5, 1.0, 1.9, 2.0):
        now[0] = moment
        ring()
    assert rang == [0.0, 1.0, 2.0]
