"""Words are compared without their endings."""

import pytest

from nexy.utils.stems import share, stems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Likes tea", "like tea"),
        ("the cities", "city"),
        ("boxes", "box"),
        ("Живёт в Москве", "живу в Москве"),
        ("Любит чай", "Любит чая"),
        ("зелёный", "зеленого"),
        ("собака", "собаки"),
        ("Anna's", "Anna"),
    ],
)
def test_endings_do_not_matter(one: str, other: str) -> None:
    """Forms of one word have one stem."""
    assert stems(one) == stems(other)


@pytest.mark.parametrize(("one", "other"), [("tea", "team"), ("Paris", "Pari"), ("glass", "gla"), ("кот", "код")])
def test_different_words_stay_different(one: str, other: str) -> None:
    """What only begins alike is not the same."""
    assert stems(one) != stems(other)


def test_words_without_meaning_of_their_own_are_left_out() -> None:
    """Articles, pronouns and prepositions decide nothing."""
    assert stems("I am in the, и в на мой") == []


@pytest.mark.parametrize(
    ("of", "within", "part"), [("tea", "green tea", 1.0), ("green tea", "tea", 0.5), ("a", "a", 0.0)]
)
def test_share(of: str, within: str, part: float) -> None:
    """How much of one text the other holds; nothing holds nothing."""
    assert share(of, within) == part
