"""Terms and names as numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.code_search.terms.hashing import folded_hash, hash_of, name_hash, packed_hash


def test_a_term_has_the_same_number_for_ever() -> None:
    """Stored postings depend on it: a change here needs a new VERSION."""
    assert hash_of("connect") == int.from_bytes(packed_hash("connect"), "little")
    assert packed_hash("connect").hex() == "8bdbdc729c620f9c"
    assert name_hash("close") == 0x208A5770663DEBCD
    assert folded_hash("getUserById") == 0x75BB41E2EA2EEC12


@given(st.text(st.characters(), max_size=30))
def test_any_text_has_a_number_of_64_bits(text: str) -> None:
    """Also an empty one, and half a character that broke off."""
    assert 0 <= hash_of(text) < 1 << 64
    assert len(packed_hash(text)) == 8


def test_a_lone_surrogate_has_a_number() -> None:
    """Names of files that are no text come as such."""
    assert hash_of("\udcff") != hash_of("\udcfe")
    assert name_hash("\udcff")


@pytest.mark.parametrize("name", ["getUserById", "get_user_by_id", "GetUserByID", "get-user-by-id", "GETUSERBYID"])
def test_folded_names_meet_however_they_are_written(name: str) -> None:
    """Case, "_" and "-" do not matter to a folded name."""
    assert folded_hash(name) == folded_hash("getuserbyid")


def test_exact_names_differ_by_case() -> None:
    """Close and close are two names."""
    assert name_hash("Close") != name_hash("close")


def test_the_three_kinds_of_numbers_do_not_meet() -> None:
    """A term, a name and a folded name of one spelling are three numbers."""
    assert len({hash_of("close"), name_hash("close"), folded_hash("close")}) == 3


def test_no_name_is_zero() -> None:
    """0 stands for none in what is stored."""
    assert name_hash("") == 0
    assert folded_hash("") == 0
    assert folded_hash("__") == 0
    assert name_hash("x") != 0


def test_a_qualified_name_is_not_its_last_part() -> None:
    """Session.close and close are found apart."""
    assert name_hash("Session.close") != name_hash("close")
    assert folded_hash("Session.close") != folded_hash("close")
