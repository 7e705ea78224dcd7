"""Forms of Russian words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.code_search.ranking.dictionaries import russian
from nexy.modules.code_search.ranking.inflecting import forms_of
from nexy.modules.code_search.terms.stemming import stem

_MOST_FORMS = 40


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("кусок", "куска"),
        ("столбец", "столбцов"),
        ("ошибка", "ошибок"),
        ("массив", "массиве"),
        ("система", "систему"),
        ("обновить", "обновление"),
        ("сгладить", "сглаживание"),
        ("использовать", "используют"),
        ("программировать", "программирование"),
        ("вычислять", "вычисляющий"),
        ("доступный", "доступность"),
        ("функция", "функций"),
        ("окно", "окон"),
        ("случай", "случаев"),
    ],
)
def test_a_word_is_met_in_its_other_forms(word: str, form: str) -> None:
    """The stem of the form is that of the word, or of one of the forms that are made."""
    assert stem(form) in {stem(word), *map(stem, forms_of(word))}


def test_a_short_word_has_no_forms() -> None:
    """Endings would make another word of it."""
    assert not list(forms_of("я"))
    assert not list(forms_of(""))


def test_a_latin_word_has_no_forms() -> None:
    """Russian endings are not for it."""
    assert not list(forms_of("socket"))


@given(st.text(alphabet="абвгдежзийклмнопрстуфхцчшщъыьэюя", max_size=80))
def test_any_word_has_few_forms(word: str) -> None:
    """However it is spelt."""
    assert len(list(forms_of(word))) <= _MOST_FORMS


def test_forms_take_nothing_from_words_of_their_own() -> None:
    """A form that is a key itself keeps its own meaning."""
    known = russian()
    assert not {form for form in known.forms if (form,) in known.entries}
    assert all(
        (key,) in known.entries or any(key in phrase for phrase in known.entries) for key in known.forms.values()
    )
