"""supabase-py changes rows. Sources: https://supabase.com/docs/reference/python, "Insert", "Update", "Upsert" and
"Delete"; https://docs.postgrest.org/en/stable, "Tables and views" and "Errors".
"""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from postgrest.exceptions import APIError
from postgrest.types import ReturnMethod
from supabase import Client

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def named(client: Client, *names: str) -> list[dict[str, Any]]:
    """New projects with these names."""
    return client.table("projects").insert([{"name": name} for name in names]).execute().data


def names_of(client: Client) -> list[str]:
    """Every project that the client sees."""
    return [row["name"] for row in client.table("projects").select("name").order("name").execute().data]


def test_one_row_comes_back_as_it_is_stored(person: Client) -> None:
    """insert() answers with the row: its id, its owner and when it was made."""
    (row,) = person.table("projects").insert({"name": "one", "description": "d"}).execute().data
    session = person.auth.get_session()
    assert session is not None
    assert (row["name"], row["description"], row["user_id"]) == ("one", "d", session.user.id)
    assert uuid.UUID(row["id"])


def test_many_rows_at_once(person: Client) -> None:
    """A list is inserted whole; a key that one of them lacks is null there."""
    rows = person.table("projects").insert([{"name": "a", "description": "x"}, {"name": "b"}]).execute().data
    assert [(row["name"], row["description"]) for row in rows] == [("a", "x"), ("b", None)]


def test_nothing_comes_back_when_nothing_is_wanted(person: Client) -> None:
    """returning=minimal: no rows in the answer, one in the table."""
    answer = person.table("projects").insert({"name": "quiet"}, returning=ReturnMethod.minimal).execute()
    assert answer.data == []
    assert names_of(person) == ["quiet"]


def test_json_and_times_keep_their_form(person: Client) -> None:
    """jsonb goes in and comes out as it is; a time comes out with its zone."""
    sent = {"title": "t", "analysis": {"deep": [1, {"x": None}]}, "test_timestamp": "2026-03-14T15:09:26+03:00"}
    (row,) = person.table("code_snippets").insert(sent).execute().data
    assert row["analysis"] == sent["analysis"]
    assert row["test_timestamp"] == "2026-03-14T12:09:26+00:00"


def test_a_project_holds_its_snippets(person: Client) -> None:
    """A snippet may name a project of the same person."""
    (project,) = named(person, "one")
    (row,) = person.table("code_snippets").insert({"title": "t", "project_id": project["id"]}).execute().data
    assert row["project_id"] == project["id"]


def test_upsert_merges(person: Client) -> None:
    """A row with a known id is changed, another is made, in one call."""
    (first,) = named(person, "old")
    sent = [{"id": first["id"], "name": "new"}, {"id": str(uuid.uuid4()), "name": "second"}]
    rows = person.table("projects").upsert(sent).execute().data
    assert sorted(row["name"] for row in rows) == ["new", "second"]
    assert names_of(person) == ["new", "second"]


def test_upsert_may_leave_what_is_there(person: Client) -> None:
    """ignore_duplicates: the known row stays as it was and does not come back."""
    (first,) = named(person, "old")
    rows = person.table("projects").upsert({"id": first["id"], "name": "new"}, ignore_duplicates=True).execute().data
    assert rows == []
    assert names_of(person) == ["old"]


def test_upsert_by_named_columns(person: Client) -> None:
    """on_conflict names the columns that must not repeat; those without such a rule are refused with 42P10."""
    (first,) = named(person, "old")
    person.table("projects").upsert({"id": first["id"], "name": "new"}, on_conflict="id").execute()
    assert names_of(person) == ["new"]
    with pytest.raises(APIError) as refused:
        person.table("projects").upsert({"name": "x"}, on_conflict="name").execute()
    assert refused.value.code == "42P10"


def test_update_changes_what_fits(person: Client) -> None:
    """update().eq() answers with the changed rows and leaves the others."""
    named(person, "a", "b")
    rows = person.table("projects").update({"description": "d"}).eq("name", "a").execute().data
    assert [(row["name"], row["description"]) for row in rows] == [("a", "d")]
    kept = person.table("projects").select("description").eq("name", "b").single().execute().data
    assert kept == {"description": None}


def test_update_of_nothing_is_no_error(person: Client) -> None:
    """No row fits: an empty answer."""
    assert person.table("projects").update({"name": "x"}).eq("name", "none").execute().data == []


def test_delete_removes_what_fits(person: Client) -> None:
    """delete().eq() answers with what was removed."""
    named(person, "a", "b")
    rows = person.table("projects").delete().eq("name", "a").execute().data
    assert [row["name"] for row in rows] == ["a"]
    assert names_of(person) == ["b"]


def test_changes_are_counted(person: Client) -> None:
    """count="exact" with an update tells how many rows it changed."""
    named(person, "a", "b")
    answer = person.table("projects").update({"description": "d"}, count="exact").neq("name", "x").execute()
    assert answer.count == 2


Asked = Callable[[Client], Any]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (lambda c: c.table("no_such_table").insert({"name": "x"}), "PGRST205"),
        (lambda c: c.table("projects").insert({"name": "x", "no_such_column": 1}), "PGRST204"),
        (lambda c: c.table("projects").update({"no_such_column": 1}).eq("name", "x"), "PGRST204"),
        (lambda c: c.table("projects").insert({"name": "x", "id": "no uuid"}), "22P02"),
        (lambda c: c.table("projects").insert({"description": "no name"}), "23502"),
        (lambda c: c.table("projects").insert({"name": "x", "user_id": str(uuid.uuid4())}), "42501"),
        (lambda c: c.table("code_snippets").insert({"title": "x", "project_id": str(uuid.uuid4())}), "23503"),
        (lambda c: c.rpc("nexy_protect"), "PGRST202"),
    ],
)
def test_wrong_changes_are_named(person: Client, asked: Asked, code: str) -> None:
    """The client raises APIError with PostgREST's or PostgreSQL's own code, and nothing is stored."""
    with pytest.raises(APIError) as refused:
        asked(person).execute()
    assert refused.value.code == code
    assert names_of(person) == []


def test_a_key_that_is_there_is_refused(person: Client) -> None:
    """23505 for an id that repeats."""
    (first,) = named(person, "one")
    with pytest.raises(APIError) as refused:
        person.table("projects").insert({"id": first["id"], "name": "two"}).execute()
    assert refused.value.code == "23505"
