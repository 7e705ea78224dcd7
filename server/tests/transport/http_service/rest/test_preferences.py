"""Prefer, Accept, profiles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.contracts.rows import OnConflict, Returning, RowsRefused
from nexy.transport.http_service.rest.preferences import preferences_of, refuse_other_schemas, wants_one


def test_every_known_preference_is_read() -> None:
    """As the Supabase clients send them, in one header."""
    told = preferences_of("return=representation,count=exact , resolution=merge-duplicates,missing=default,tx=commit")
    assert (told.returning, told.total, told.on_conflict) == (Returning.ROWS, True, OnConflict.MERGE)
    assert (told.defaults, told.at_most) == (True, None)
    assert "tx" not in told.given


@pytest.mark.parametrize("count", ["exact", "planned", "estimated"])
def test_every_kind_of_count_is_exact(count: str) -> None:
    """An exact count is a good estimate too."""
    assert preferences_of(f"count={count}").total


@pytest.mark.parametrize("header", ["", "foo", "return=everything", "count=", "=", ",,,", "resolution=x; return=y"])
def test_unknown_preferences_are_passed_over(header: str) -> None:
    """Lenient handling is the usual one (RFC 7240)."""
    assert preferences_of(header) == preferences_of("")


def test_strict_handling_names_what_is_unknown() -> None:
    """PGRST122 (PostgREST: Preferences)."""
    with pytest.raises(RowsRefused) as refused:
        preferences_of("handling=strict, foo, count=none")
    assert (refused.value.code, refused.value.details) == ("PGRST122", "Invalid preferences: foo, count=none")


def test_the_most_rows_count_with_strict_handling_only() -> None:
    """As `maxAffected` of postgrest-js sends it."""
    assert preferences_of("handling=strict,max-affected=10").at_most == 10
    assert preferences_of("max-affected=10").at_most is None


def test_the_first_of_two_counts() -> None:
    """As in PostgREST."""
    assert preferences_of("return=minimal,return=representation").returning is Returning.NOTHING


@pytest.mark.parametrize(
    ("accept", "one"),
    [
        ("", False), ("*/*", False), ("application/json", False), ("application/*;q=0.5", False),
        ("application/vnd.pgrst.object+json", True), ("application/vnd.pgrst.object+json; charset=utf-8", True),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False), ("application/vnd.pgrst.array+json", False),
        ("text/csv, application/vnd.pgrst.object+json", True), ("APPLICATION/JSON", False), (" , ", False),
    ],
)  # fmt: skip
def test_one_object_or_many(accept: str, one: bool) -> None:
    """The first kind that can be given is."""
    assert wants_one(accept) is one


@pytest.mark.parametrize("accept", ["text/csv", "application/geo+json", "application/vnd.pgrst.plan", "x", "text/*",
                                    "application/vnd.pgrst.object+json;nulls=stripped"])  # fmt: skip
def test_other_kinds_are_not_acceptable(accept: str) -> None:
    """PGRST107, 406; text/csv among them."""
    with pytest.raises(RowsRefused) as refused:
        wants_one(accept)
    assert refused.value.code == "PGRST107"


def test_one_schema_is_exposed() -> None:
    """PGRST106 (PostgREST: Schemas) for every other."""
    refuse_other_schemas("")
    refuse_other_schemas("public")
    with pytest.raises(RowsRefused) as refused:
        refuse_other_schemas("auth")
    assert refused.value.code == "PGRST106"


@given(st.text(max_size=60))
def test_any_header_is_taken_or_refused(text: str) -> None:
    """Nothing but preferences, a truth value or `RowsRefused` comes of it."""
    for read in (preferences_of, wants_one):
        try:
            read(text)
        except RowsRefused:
            continue
