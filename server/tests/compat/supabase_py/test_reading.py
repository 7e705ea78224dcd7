"""supabase-py reads rows. Sources: https://supabase.com/docs/reference/python, "Select" and "Using filters";
https://docs.postgrest.org/en/stable, "Tables and views", "Pagination", "Errors".
"""

from collections.abc import Callable
from typing import Any

import pytest
from postgrest.exceptions import APIError
from supabase import Client

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def titles(query: Any) -> list[str]:
    """The titles that came, in order."""
    return [row["title"] for row in query.order("title").execute().data]


def test_columns_are_chosen(shelf: Client) -> None:
    """select("title, name:language") gives just these, the second under another name."""
    rows = shelf.table("code_snippets").select("title, tongue:language").order("title").execute().data
    assert rows[0] == {"title": "alpha", "tongue": "python"}


def test_every_column_without_a_choice(shelf: Client) -> None:
    """select("*") gives all of them, the owner's id included."""
    (row,) = shelf.table("code_snippets").select("*").eq("title", "alpha").execute().data
    session = shelf.auth.get_session()
    assert session is not None
    assert row["user_id"] == session.user.id
    assert set(row) >= {"id", "project_id", "title", "code", "language", "analysis", "test_timestamp", "created_at"}


Filtered = Callable[[Any], Any]


@pytest.mark.parametrize(
    ("filtered", "expected"),
    [
        (lambda q: q.eq("language", "python"), ["alpha", "beta"]),
        (lambda q: q.eq("code", "a, b"), ["alpha"]),
        (lambda q: q.eq("code", 'say "hi"'), ["gamma"]),
        (lambda q: q.neq("language", "python"), ["delta", "gamma"]),
        (lambda q: q.gt("title", "beta"), ["delta", "gamma"]),
        (lambda q: q.gte("title", "beta"), ["beta", "delta", "gamma"]),
        (lambda q: q.lt("title", "beta"), ["alpha"]),
        (lambda q: q.lte("title", "beta"), ["alpha", "beta"]),
        (lambda q: q.like("title", "%lpha"), ["alpha"]),
        (lambda q: q.like("title", "%LPHA"), []),
        (lambda q: q.ilike("title", "%LPHA"), ["alpha"]),
        (lambda q: q.ilike("title", "*LTA"), ["delta"]),
        (lambda q: q.is_("code", "null"), ["beta"]),
        (lambda q: q.is_("code", None), ["beta"]),
        (lambda q: q.in_("title", ["alpha", "gamma", "none"]), ["alpha", "gamma"]),
        (lambda q: q.in_("code", ["a, b", 'say "hi"']), ["alpha", "gamma"]),
        (lambda q: q.not_.eq("language", "python"), ["delta", "gamma"]),
        (lambda q: q.not_.is_("code", "null"), ["alpha", "delta", "gamma"]),
        (lambda q: q.not_.in_("title", ["alpha", "beta"]), ["delta", "gamma"]),
        (lambda q: q.not_.like("title", "%a%t%"), ["alpha", "beta", "delta", "gamma"]),
        (lambda q: q.or_("title.eq.alpha,language.eq.go"), ["alpha", "delta"]),
        (lambda q: q.or_("title.eq.alpha,and(language.eq.python,code.is.null)"), ["alpha", "beta"]),
        (lambda q: q.or_('code.eq."a, b",title.not.in.(alpha,beta,delta)'), ["alpha", "gamma"]),
        (lambda q: q.filter("title", "in", "(alpha,delta)"), ["alpha", "delta"]),
        (lambda q: q.match({"title": "beta", "language": "python"}), ["beta"]),
        (lambda q: q.eq("language", "python").neq("title", "beta"), ["alpha"]),
        (lambda q: q.eq("title", "' OR 1=1 --"), []),
    ],
)
def test_filters(shelf: Client, filtered: Filtered, expected: list[str]) -> None:
    """Each operator of the door picks its rows."""
    assert titles(filtered(shelf.table("code_snippets").select("title"))) == expected


def test_order_and_its_nulls(shelf: Client) -> None:
    """Downwards, upwards, nulls first or last, and a second column."""
    table = shelf.table("code_snippets")
    down = table.select("title").order("title", desc=True).execute().data
    assert [row["title"] for row in down] == ["gamma", "delta", "beta", "alpha"]
    nulls = table.select("title").order("code", nullsfirst=True).execute().data
    assert nulls[0]["title"] == "beta"
    second = table.select("title").order("language").order("title", desc=True).execute().data
    assert [row["title"] for row in second] == ["delta", "beta", "alpha", "gamma"]


def test_limit_offset_and_range(shelf: Client) -> None:
    """limit, offset and range cut the same order."""
    table = shelf.table("code_snippets")
    assert titles(table.select("title").limit(2)) == ["alpha", "beta"]
    assert titles(table.select("title").limit(2).offset(1)) == ["beta", "delta"]
    assert titles(table.select("title").range(1, 2)) == ["beta", "delta"]
    assert titles(table.select("title").range(9, 10)) == []


def test_counting(shelf: Client) -> None:
    """count="exact" tells how many there are beyond the page; with head=True nothing else comes."""
    page = shelf.table("code_snippets").select("title", count="exact").limit(1).execute()
    assert (len(page.data), page.count) == (1, 4)
    head = shelf.table("code_snippets").select("*", count="exact", head=True).execute()
    assert (head.data, head.count) == ([], 4)


def test_a_single_row(shelf: Client) -> None:
    """single() gives the row itself, PGRST116 for none and for several."""
    table = shelf.table("code_snippets")
    assert table.select("title").eq("title", "beta").single().execute().data == {"title": "beta"}
    for query in (table.select("title").eq("title", "none"), table.select("title").eq("language", "python")):
        with pytest.raises(APIError) as refused:
            query.single().execute()
        assert refused.value.code == "PGRST116"


def test_a_row_that_may_be_missing(shelf: Client) -> None:
    """maybe_single() gives the row, or None."""
    table = shelf.table("code_snippets")
    found = table.select("title").eq("title", "beta").maybe_single().execute()
    assert found is not None
    assert found.data == {"title": "beta"}
    assert table.select("title").eq("title", "none").maybe_single().execute() is None


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (lambda c: c.table("no_such_table").select("*"), "PGRST205"),
        (lambda c: c.table("auth_identities").select("*"), "PGRST205"),
        (lambda c: c.table("pg_class").select("*"), "PGRST205"),
        (lambda c: c.table("projects").select("no_such_column"), "42703"),
        (lambda c: c.table("projects").select("*").eq("no_such_column", 1), "42703"),
        (lambda c: c.table("projects").select("*").order("no_such_column"), "42703"),
        (lambda c: c.table("projects").select("*").eq("id", "no uuid"), "22P02"),
        (lambda c: c.table("projects").select("*").filter("id", "nonsense", "1"), "PGRST100"),
        (lambda c: c.table("projects").select("*").or_("id.eq"), "PGRST100"),
    ],
)
def test_wrong_questions_are_named(person: Client, asked: Filtered, code: str) -> None:
    """The client raises APIError with PostgREST's or PostgreSQL's own code."""
    with pytest.raises(APIError) as refused:
        asked(person).execute()
    assert refused.value.code == code
    assert refused.value.message
