"""A question's words as the indexes understand them."""

from pathlib import Path

import pytest

from nexy.config.code_ranking_section import FieldBoosts
from nexy.modules.code_search.postings.fields import Field
from nexy.modules.code_search.postings.lexical import rarity
from nexy.modules.code_search.ranking.asking import field_weights, wanted_of
from nexy.modules.code_search.ranking.wording import Asked, Term
from nexy.modules.code_search.terms.hashing import hash_of
from support.code_index import indexed, piece, source


def _asked(*terms: tuple[str, float], weight: float = 1.0) -> Asked:
    stands = tuple(Term(text=text, weight=share) for text, share in terms)
    return Asked(word=terms[0][0], english=terms[0][0], terms=stands, weight=weight)


def test_terms_that_stand_nowhere_are_dropped(tmp_path: Path) -> None:
    """The index is not asked for them a second time."""
    index = indexed(tmp_path, source("a.py", piece("open")))
    (wanted,) = wanted_of([_asked(("open", 1.0), ("unheard", 0.5))], [index])
    assert [term.hash for term in wanted.concept.terms] == [hash_of("open")]


def test_a_rare_word_is_worth_more_than_a_common_one(tmp_path: Path) -> None:
    """What stands everywhere tells nothing apart."""
    index = indexed(tmp_path, source("a.py", piece("open_door"), piece("open_gate"), piece("open_window")))
    common, rare = wanted_of([_asked(("open", 1.0)), _asked(("gate", 1.0))], [index])
    assert rare.worth > common.worth > 0


def test_a_word_that_stands_nowhere_is_worth_as_much_as_one_that_stands_once(tmp_path: Path) -> None:
    """A place is not made better by what no place has, but it does not cover the question either."""
    index = indexed(tmp_path, source("a.py", piece("gate"), piece("door")))
    nowhere, once = wanted_of([_asked(("unheard", 1.0)), _asked(("gate", 1.0))], [index])
    assert nowhere.worth == once.worth
    assert not nowhere.concept.terms


def test_a_common_stand_in_does_not_make_a_rare_word_common(tmp_path: Path) -> None:
    """The idf is that of the asked word, unless its stand-ins are much more common."""
    pieces = [piece(f"read_{number}") for number in range(8)]
    index = indexed(tmp_path, source("a.py", piece("parse"), *pieces))
    alone, helped = wanted_of([_asked(("pars", 1.0)), _asked(("pars", 1.0), ("read", 0.3))], [index])
    assert helped.concept.rarity == alone.concept.rarity == pytest.approx(rarity(1, index.documents))


def test_the_weight_of_a_word_is_part_of_its_worth(tmp_path: Path) -> None:
    """Vague words count less."""
    index = indexed(tmp_path, source("a.py", piece("gate")))
    plain, vague = wanted_of([_asked(("gate", 1.0)), _asked(("gate", 1.0), weight=0.5)], [index])
    assert vague.worth == pytest.approx(plain.worth / 2)


def test_several_indexes_count_together(tmp_path: Path) -> None:
    """Otherwise the scores of two projects could not be compared."""
    one = indexed(tmp_path / "one", source("a.py", piece("gate"), piece("gate_open")))
    two = indexed(tmp_path / "two", source("b.py", piece("door"), piece("window")))
    (wanted,) = wanted_of([_asked(("gate", 1.0))], [one, two])
    assert wanted.concept.rarity == pytest.approx(rarity(2, 4))


def test_no_index_is_no_trouble() -> None:
    """A person may see no project at all."""
    (wanted,) = wanted_of([_asked(("gate", 1.0))], [])
    assert not wanted.concept.terms


@pytest.mark.parametrize("field", Field)
def test_every_field_has_the_boost_of_its_name(field: Field) -> None:
    """None is mistaken for another."""
    boosts = FieldBoosts(
        name=1, owner=2, signature=3, comment=4, code=5, path=6, name_length=0.1, owner_length=0.2,
        signature_length=0.3, comment_length=0.4, code_length=0.5, path_length=0.6, k1=9,
    )  # fmt: skip
    weights = field_weights(boosts)
    assert weights.of(field).boost == field.value + 1
    assert weights.of(field).b == pytest.approx((field.value + 1) / 10)
    assert weights.k1 == 9
