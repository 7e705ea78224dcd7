"""Both languages say the same things, and everything that the code says exists."""

import re
from pathlib import Path
from string import Formatter

import pytest

from nexy.contracts.errors import Internal
from nexy.messages.catalogue import LANGUAGES, Catalogue, choose_language, load_texts

SOURCE = Path(__file__).parents[2] / "nexy"
USED = re.compile(r"""(?:\.text|\btold)\(\s*["']([a-z0-9_]+\.[a-z0-9_.]+)["']""")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys() -> None:
    """Nothing is said in one language only."""
    assert set(load_texts("ru")) == set(load_texts("en"))


def test_both_languages_have_the_same_placeholders() -> None:
    """A value that one language shows is not lost in the other."""
    english, russian = load_texts("en"), load_texts("ru")
    differing = [key for key in english if placeholders(english[key]) != placeholders(russian[key])]
    assert differing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_are_plain_names(language: str) -> None:
    """A text can neither count arguments nor reach into them."""
    names = {name for text in load_texts(language).values() for name in placeholders(text)}
    assert all(name.isidentifier() for name in names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_stands_once_under_a_comment(language: str) -> None:
    """The files stay readable for those who translate them, and no group hides another of the same name."""
    assert all(text.strip() for text in load_texts(language).values())
    lines = (SOURCE / "messages" / f"{language}.yaml").read_text(encoding="utf-8").splitlines()
    headed = [(lines[number - 1][:2], line) for number, line in enumerate(lines) if re.match(r"\w+:$", line)]
    assert {comment for comment, _ in headed} == {"# "}
    assert sorted(line[:-1] for _, line in headed) == sorted({key.partition(".")[0] for key in load_texts(language)})


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_stands_twice_in_its_group(language: str) -> None:
    """YAML would keep the last one without a word."""
    lines = (SOURCE / "messages" / f"{language}.yaml").read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if re.match(r"  \S+: ", line)]) == len(load_texts(language))


def test_every_key_that_the_code_uses_exists() -> None:
    """A message is never found missing by the person who should have read it."""
    missing = [
        f"{file.relative_to(SOURCE)}: {key}"
        for file in sorted(SOURCE.rglob("*.py"))
        for key in USED.findall(file.read_text(encoding="utf-8"))
        if key not in load_texts("en")
    ]
    assert missing == []


def test_values_fill_their_places() -> None:
    """The text of each language is filled with the same values."""
    assert all(Catalogue(language).text("serve.home", home="/data").endswith(" /data") for language in LANGUAGES)


@pytest.mark.parametrize("key", ["switch.nothing", "switch", ""])
def test_a_missing_key_is_a_defect(key: str) -> None:
    """No text stands in silently for one that is missing."""
    with pytest.raises(Internal, match="is missing"):
        Catalogue("ru").text(key)


def test_a_missing_value_is_a_defect() -> None:
    """No person reads a text with a hole in it."""
    with pytest.raises(Internal, match="'home' is missing"):
        Catalogue("en").text("serve.home", house="a")


def test_values_are_not_formatted_again() -> None:
    """Braces in a value are just braces."""
    assert "{home}" in Catalogue("en").text("serve.home", home="{home}")


def test_a_language_without_a_catalogue_gets_english() -> None:
    """A Hebrew device still reads something."""
    assert Catalogue("he").language == "en"


@pytest.mark.parametrize(
    ("configured", "environ", "language"),
    [
        ("ru", {"LANG": "en_US.UTF-8"}, "ru"),
        ("en", {"LANG": "ru_RU.UTF-8"}, "en"),
        ("auto", {"LANG": "ru_RU.UTF-8"}, "ru"),
        ("auto", {"LANG": "ru"}, "ru"),
        ("auto", {"LANG": "ru-RU"}, "ru"),
        ("auto", {"LC_ALL": "en_GB", "LC_MESSAGES": "ru_RU", "LANG": "ru_RU"}, "en"),
        ("auto", {"LC_ALL": "", "LC_MESSAGES": "ru_RU", "LANG": "en_US"}, "ru"),
        ("auto", {"LANG": "C.UTF-8"}, "en"),
        ("auto", {"LANG": "de_DE.UTF-8"}, "en"),
        ("auto", {}, "en"),
    ],
)
def test_the_language_is_chosen_like_everywhere_on_the_system(
    configured: str, environ: dict[str, str], language: str
) -> None:
    """The setting first, then LC_ALL, LC_MESSAGES, LANG, then English."""
    assert choose_language(configured, environ) == language
