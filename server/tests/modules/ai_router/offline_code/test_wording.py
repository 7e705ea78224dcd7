"""The texts of the offline brain for code."""

import string

import pytest

from nexy.modules.ai_router.offline_code.wording import counted, speech_of, table


@pytest.mark.parametrize("name", ["sentences", "rules"])
def test_both_languages_say_the_same(name: str) -> None:
    """The same keys, with the same values in them."""
    english, russian = table(f"{name}_en"), table(f"{name}_ru")
    assert english.keys() == russian.keys()
    for key in english:
        assert _slots(english[key]) >= _slots(russian[key]), key


def test_every_rule_has_words_and_weight() -> None:
    """No finding without a text, no text without a finding."""
    assert table("rules").keys() == table("rules_en").keys()


def _slots(texts: str | list[str]) -> set[str]:
    joined = texts if isinstance(texts, str) else " ".join(texts)
    return {slot for _, slot, _, _ in string.Formatter().parse(joined) if slot}


@pytest.mark.parametrize(
    ("texts", "speech"),
    [(("как дела",), "ru"), (("hello",), "en"), (("", "проект"), "ru"), (("123",), "en"), (("שלום",), "en")],
)
def test_the_first_text_with_letters_decides(texts: tuple[str, ...], speech: str) -> None:
    """Russian or English."""
    assert speech_of(*texts) == speech


@pytest.mark.parametrize(
    ("count", "english", "russian"),
    [
        (0, "0 functions", "0 функций"),
        (1, "1 function", "1 функция"),
        (2, "2 functions", "2 функции"),
        (5, "5 functions", "5 функций"),
        (11, "11 functions", "11 функций"),
        (21, "21 functions", "21 функция"),
        (112, "112 functions", "112 функций"),
    ],
)
def test_numbers_have_their_forms(count: int, english: str, russian: str) -> None:
    """One and more in English; one, a few and many in Russian."""
    assert (counted("functions", count, "en"), counted("functions", count, "ru")) == (english, russian)


def test_every_count_has_all_its_forms() -> None:
    """The same keys in both languages, two forms and three."""
    assert table("counts_en").keys() == table("counts_ru").keys()
    assert {len(forms) for forms in table("counts_en").values()} == {2}
    assert {len(forms) for forms in table("counts_ru").values()} == {3}
