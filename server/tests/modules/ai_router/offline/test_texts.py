"""The texts of the package."""

import pytest

from nexy.modules.ai_router.offline.apps import app_order
from nexy.modules.ai_router.offline.data import text
from nexy.modules.ai_router.offline.intents import Topic
from nexy.modules.ai_router.offline.people import contact_name
from nexy.modules.ai_router.offline.phrases import manual, phrases
from nexy.modules.ai_router.offline.small_talk import small_talk

APPS = [line.partition(": ") for line in text("apps.txt").splitlines() if not line.startswith("#")]


def test_no_way_to_say_an_application_means_two() -> None:
    """Every spoken form stands in the table once, in lower case, with е for ё."""
    ways = [way for _, _, said in APPS for way in said.split(", ")]
    assert len(ways) == len(set(ways))
    assert all(way == way.casefold().replace("ё", "е").strip() for way in ways)


@pytest.mark.parametrize(("name", "_", "ways"), APPS, ids=[name for name, _, _ in APPS])
def test_every_way_opens_its_application(name: str, _: str, ways: str) -> None:
    """Each form of the table leads to the client's name."""
    for way in ways.split(", "):
        verb = "open" if way.isascii() else "открой"
        order = app_order(f"{verb} {way}", max_name=60)
        assert order is not None
        assert order.args == {"app_name": name}


def test_both_languages_have_every_phrase_filled() -> None:
    """The catalogue is complete: loading checks the keys, this checks that none is empty."""
    for language in ("ru", "en"):
        catalogue = phrases(language)
        assert all(getattr(catalogue, name) for name in catalogue.__struct_fields__)
        assert (len(catalogue.weekdays), len(catalogue.months)) == (7, 12)


def test_languages_fill_the_same_places() -> None:
    """A phrase takes the same values in both languages."""
    ru, en = phrases("ru"), phrases("en")
    for name in ru.__struct_fields__:
        mine, other = getattr(ru, name), getattr(en, name)
        if isinstance(mine, str):
            assert ("{" in mine) == ("{" in other), name


def test_other_languages_are_answered_in_english() -> None:
    """Only Russian and English are spoken."""
    assert phrases("he") is not phrases("ru")
    assert manual("he") == manual("en")


def test_small_talk_headings_are_topics() -> None:
    """A misspelt heading would raise at the first match; each heading has at least one form."""
    headings = [line.strip("[]") for line in text("small_talk.txt").splitlines() if line.startswith("[")]
    assert set(headings) <= {topic.value for topic in Topic} | {"date"}
    assert len(headings) == len(set(headings))
    assert small_talk("no such words") is None


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Мамы", "Мама"),
        ("моей маме", "мама"),
        ("my mom", "mom"),
        ("«Анны»", "Анны"),
        ("Anna Maria O'Neil-Smith", "Anna Maria O'Neil-Smith"),
        ("a b c d e", ""),
        ('Anna{"x":1}', ""),
        ("A" * 61, ""),
        ("  ", ""),
    ],
)
def test_names_of_contacts(said: str, name: str) -> None:
    """Family words come back to their first form, other names stay as said, what is no name is none."""
    assert contact_name(said, max_name=60) == name
