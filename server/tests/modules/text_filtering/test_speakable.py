"""The spoken form: words, numbers and intonation stay; markup, symbols and code do not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.text_filtering.speakable import Speakable, speak_prose


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Привет, как дела?\n", "Привет, как дела?"),
        ("«Да!» — сказал он.", "«Да!» — сказал он."),
        ("Пи равно 3.14, а 1,000.50 — это цена.", "Пи равно 3.14, а 1,000.50 — это цена."),
        ("**Важно:** *очень* важно.", "Важно: очень важно."),
        ("__Note__ the ~~old~~ _new_ way", "Note the old new way"),
        ("# Title #\n", "Title"),
        ("### 1. Итог\n", "1. Итог"),
        ("- пункт", "пункт"),
        ("* [x] done", "done"),
        ("> цитата", "цитата"),
        ("1. Молоко", "1. Молоко"),
        ("---\n", ""),
        ("Run `pip install` now", "Run pip install now"),
        ("[документация](https://a.b/c_(d).html), читайте", "документация, читайте"),
        ("![схема](a.png)", "схема"),
        ("More](https://a.b/c) text", "More text"),
        ("See https://www.example.com/a/b?c=1.", "See example.com."),
        ("(http://me:pw@example.com:8080/x)", "(example.com)"),
        ("www.nexy.dev/docs, да", "nexy.dev, да"),
        ("<https://example.org>", "example.org"),
        ("Пишите на ivan@mail.ru", "Пишите на ivan@mail.ru"),
        ("| Имя | Возраст |\n", "Имя, Возраст"),
        ("|---|:--:|\n", ""),
        ("Отлично 😀 👍🏽!", "Отлично!"),
        ("1️⃣ Первый", "1 Первый"),
        ("🇮🇱 שלום", "שלום"),
        ("A → B", "A B"),
        ("ze\u200bro\u00ad\ufeff\x07", "zero"),
        ("a\ud800b", "ab"),
        ("−5 °C, 20 % и №7", "−5 °C, 20 % и №7"),
        ("-5 градусов", "-5 градусов"),
        ("$5 + 3 = 8 & more", "$5 + 3 = 8 & more"),
        ("5 * 3", "5 × 3"),
        ("C# and #topic and snake_case", "C# and topic and snake case"),
        ("a <b>bold</b> word", "a bold word"),
        ("Hi :) there", "Hi there"),
        ("Привет)))", "Привет"),
        ("caf\u0065\u0301 за́мок", "caf\u0065\u0301 за́мок"),
        ("ד\"ר כהן וכו'", "ד\"ר כהן וכו'"),
        ("😀", ""),
        ("?!", ""),
        ("  \n", ""),
        ("", ""),
    ],
)
def test_prose(text: str, spoken: str) -> None:
    """A piece outside code is spoken as a person would read it."""
    assert speak_prose(text) == spoken


def spoken_pieces(*pieces: str) -> list[str]:
    speakable = Speakable()
    return [speakable.spoken(piece) for piece in pieces]


def test_a_code_block_is_one_word() -> None:
    """A block over several pieces is announced once, in the language of what was said before it."""
    said = spoken_pieces("Вот код:\n", "```python\n", "print(1)\n", "\n", "```\n", "Готово.\n", "```\n", "x\n", "```\n")
    assert said == ["Вот код:", "код.", "", "", "", "Готово.", "код.", "", ""]


@pytest.mark.parametrize(("before", "word"), [("Here:", "code."), ("הנה:", "קוד."), ("", "code.")])
def test_the_word_follows_the_language(before: str, word: str) -> None:
    """The word for code is the turn's own; English when nothing was said yet."""
    assert spoken_pieces(before, "\n```\n", "x\n")[1:] == [word, ""]


def test_a_fence_in_parts_is_announced_once() -> None:
    """An opening line that was released in parts still gives one word, and its info string is not read."""
    assert spoken_pieces("```", "python\n", "x = 1\n", "```") == ["code.", "", "", ""]


def test_one_piece_may_hold_prose_and_code() -> None:
    """Pieces need not follow the lines of a block."""
    assert spoken_pieces("Look:\n```\na\n```\nDone.") == ["Look: code. Done."]


def test_inline_code_is_read() -> None:
    """Code inside a sentence belongs to the sentence."""
    assert spoken_pieces("Use ```a b``` or `c`.") == ["Use a b or c."]


@given(st.lists(st.one_of(st.text(st.characters(), max_size=60), st.text("ab1 .!?\n`~#*_|[]()<>:/-", max_size=60))))
def test_spoken_is_clean(pieces: list[str]) -> None:
    """Whatever comes, what is spoken is empty or holds a letter or digit, is trimmed, and can be encoded."""
    for spoken in spoken_pieces(*pieces):
        assert spoken == " ".join(spoken.split())
        assert not spoken or re.search(r"[^\W_]", spoken)
        assert not set(spoken) & set("*`~|#_\\[]{}\u200b\ufeff") - {"#"}
        spoken.encode("utf-8")
