"""The word lists."""

import pytest

from nexy.modules.code_search.ranking.dictionaries import russian, thesaurus
from nexy.modules.code_search.terms.stemming import stem

_SHORTEST_DICTIONARY = 5500


def test_short_and_long_forms_stand_for_each_other() -> None:
    """Who writes cfg means config, and the other way round."""
    forms = thesaurus().forms
    assert stem("cfg") in forms[stem("config")]
    assert stem("config") in forms[stem("cfg")]


def test_a_word_does_not_stand_for_itself() -> None:
    """Otherwise it would count twice."""
    known = thesaurus()
    for relation in (known.forms, known.alike):
        assert all(word not in others for word, others in relation.items())


def test_the_dictionary_is_large_and_leads_to_english() -> None:
    """Every Russian word or phrase leads to at least one English stem."""
    entries = russian().entries
    assert len(entries) >= _SHORTEST_DICTIONARY
    assert all(english and all(word.isascii() for word in english) for english in entries.values())


def test_no_key_is_longer_than_said() -> None:
    """Phrases are looked up by their length."""
    known = russian()
    assert max(map(len, known.entries)) == known.longest


def test_inflected_words_meet_their_entry() -> None:
    """Keys are stems, so any case and number of a word finds them."""
    entries = russian().entries
    for word in ("файлов", "файлами", "файлу"):
        assert entries[stem(word),] == entries[stem("файл"),]


def test_a_prefix_before_a_verb_hides_nothing() -> None:
    """Russian verbs are made perfect by prefixes that a dictionary cannot all list."""
    known = russian()
    assert known.nearest(stem("прочистить")) == known.nearest(stem("чистить")) != ()


def test_a_stem_of_its_own_finds_the_nearest() -> None:
    """Vowels come and go in a stem; a word that only begins alike is another one."""
    known = russian()
    assert known.nearest("заголовк") == known.entries["заголовок",]
    assert known.nearest("абырвалг") == ()


@pytest.mark.parametrize("other", ["подгруппа", "прогресс", "печать", "рецепт", "столб"])
def test_words_that_only_begin_alike_are_others(other: str) -> None:
    """A shared beginning is not enough, what follows must be an ending of one word."""
    known = russian()
    for word in ("подгрузить", "прогреть", "опечатка", "рецептор", "застолбить"):
        assert known.nearest(stem(word)) != known.nearest(stem(other)) or not known.nearest(stem(word))


def test_a_phrase_is_met_in_any_case() -> None:
    """Its words are bent like others."""
    known = russian()
    usual = known.phrase([stem("красно"), stem("черное"), stem("дерево")])
    assert usual == ("red+black+tree",)
    assert known.phrase([stem("красно"), stem("черного"), stem("дерева")]) == usual
    assert not known.phrase([stem("зеленое"), stem("дерево")])


def test_words_stand_for_each_other_in_both_directions() -> None:
    """Who deletes removes, and who removes deletes."""
    alike = thesaurus().alike
    assert stem("remove") in alike[stem("delete")]
    assert stem("delete") in alike[stem("remove")]


def test_no_phrase_is_longer_than_said() -> None:
    """Phrases are looked up by their length."""
    known = thesaurus()
    assert max(map(len, known.phrases)) == known.longest


@pytest.mark.parametrize(
    ("said", "called"),
    [("log in", "signin"), ("sign up", "regist"), ("create account", "signup"), ("sign out", "logout"),
     ("set up", "configur"), ("look up", "find"), ("clean up", "dispos"), ("tear down", "teardown"),
     ("kick off", "launch"), ("roll back", "undo"), ("back off", "retri"), ("rate limit", "throttl"),
     ("symbolic link", "symlink"), ("time to live", "ttl"), ("shut down", "stop")],
)  # fmt: skip
def test_everyday_phrases_lead_to_the_words_of_code(said: str, called: str) -> None:
    """What people say in several words has one in code."""
    assert called in thesaurus().phrases[tuple(map(stem, said.split()))]


@pytest.mark.parametrize(
    ("one", "other"),
    [("login", "signin"), ("login", "authenticate"), ("signup", "register"), ("logout", "signout"),
     ("folder", "directory"), ("rollback", "revert"), ("timeout", "deadline"), ("memoize", "cache"),
     ("permission", "authorize"), ("throttle", "limit"), ("teardown", "close"), ("symlink", "link")],
)  # fmt: skip
def test_everyday_words_lead_to_each_other(one: str, other: str) -> None:
    """In both directions."""
    known = thesaurus()
    for word, stands in ((one, other), (other, one)):
        assert stem(stands) in (*known.forms.get(stem(word), ()), *known.alike.get(stem(word), ()))
