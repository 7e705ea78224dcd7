"""What a pause releases."""

import pytest

from nexy.config.sections import SentencesConfig
from nexy.modules.text_filtering.cutter import SentenceCutter
from nexy.modules.text_filtering.pauses import pause_end


@pytest.mark.parametrize(
    ("text", "released"),
    [
        ("Готово.", "Готово."),
        ("Готово. ", "Готово. "),
        ("Готово...", "Готово..."),
        ("«Готово.»", "«Готово.»"),
        ("Привет, ка", "Привет, "),
        ("Привет,", "Привет,"),
        ("Привет ", ""),
        ("Приве", ""),
        ("Это стоит 3.", ""),
        ("Это стоит 1,", ""),
        ("В 2020. ", "В 2020. "),
        ("Он живёт на ул.", ""),
        ("Он живёт на ул. ", ""),
        ("He saw Mr. ", ""),
        ("Yes, he saw Mr. ", "Yes, "),
        ("А.", ""),
        ("1. ", ""),
        ("- ", ""),
        ("Груши и т.д.", "Груши и т.д."),
        ("Иди на https:", ""),
        ("Иди на https://a.b/c?", ""),
        ("Run `a b c", ""),
        ("Я сказал «нет», по", "Я сказал «нет», "),
        ("שלום עול", ""),
        ("שלום, עול", "שלום, "),
        ("", ""),
        ("   ", ""),
    ],
)
def test_pause_end(text: str, released: str) -> None:
    """All of a closed sentence, else whole clauses only; what its continuation may change stays."""
    assert text[: pause_end(text)] == released


def cutter_with(text: str, min_words: int = 4, *, first: bool = True) -> SentenceCutter:
    cutter = SentenceCutter(SentencesConfig(first_piece_min_words=min_words))
    if not first:
        assert list(cutter.feed("Да!\n")) == ["Да!\n"]
    assert list(cutter.feed(text)) == []
    return cutter


def test_a_short_clause_waits_for_more() -> None:
    """A clause below the least number of words is not worth a piece of its own."""
    assert pause_end("Привет, ка", min_words=2) == 0


def test_the_rest_of_a_clause_follows_whole() -> None:
    """Half a clause stays behind and comes out with its other half."""
    cutter = cutter_with("Привет тебе мой друг, ка", min_words=5)
    assert list(cutter.release()) == []
    cutter = cutter_with("Привет вам, ка", min_words=2, first=False)
    assert list(cutter.release()) == ["Привет вам, "]
    assert list(cutter.release()) == []
    assert list(cutter.feed("к дела?\n")) == ["как дела?\n"]


def test_a_stop_that_was_pending_is_judged_again() -> None:
    """After a pause the held-back text is judged from its start."""
    cutter = cutter_with("Это стоит 3.")
    assert list(cutter.release()) == []
    assert list(cutter.feed("14 рубля. Д")) == ["Это стоит 3.14 рубля. "]


def test_an_open_code_block_is_not_released() -> None:
    """Code is not spoken, so a pause inside it releases nothing."""
    cutter = SentenceCutter(SentencesConfig())
    assert list(cutter.feed("```\nx = ")) == ["```\n"]
    assert list(cutter.release()) == []
    assert list(cutter.feed("1\n")) == ["x = 1\n"]
