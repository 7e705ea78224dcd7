"""Two persons and nobody, each through the published client: everyone sees what is hers."""

import pytest
from postgrest.exceptions import APIError
from storage3.exceptions import StorageApiError
from supabase import Client
from supabase_functions.errors import FunctionsHttpError

from support.supabase_py import NewClient

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def test_rows_of_others_are_not_there(person: Client, somebody_else: Client) -> None:
    """Neither read nor changed nor removed, whatever names them: by id, by filter, by all."""
    (mine,) = person.table("projects").insert({"name": "mine"}).execute().data
    assert isinstance(mine, dict)
    table = somebody_else.table("projects")
    assert table.select("*").execute().data == []
    assert table.select("*").eq("id", mine["id"]).execute().data == []
    assert table.select("*").or_("name.eq.mine,name.neq.mine").execute().data == []
    assert table.update({"name": "theirs"}).eq("id", mine["id"]).execute().data == []
    assert table.delete().eq("id", mine["id"]).execute().data == []
    assert person.table("projects").select("name").execute().data == [{"name": "mine"}]


def test_nobody_takes_over_a_row_by_its_id(person: Client, somebody_else: Client) -> None:
    """An upsert with the id of another's row is refused and changes nothing."""
    (mine,) = person.table("projects").insert({"name": "mine"}).execute().data
    assert isinstance(mine, dict)
    with pytest.raises(APIError) as refused:
        somebody_else.table("projects").upsert({"id": mine["id"], "name": "theirs"}).execute()
    assert refused.value.code == "42501"
    assert person.table("projects").select("name").execute().data == [{"name": "mine"}]


def test_a_row_cannot_be_given_away(person: Client, somebody_else: Client) -> None:
    """42501 for another's user_id, in a new row and in one's own."""
    other = somebody_else.auth.get_session()
    assert other is not None
    person.table("projects").insert({"name": "mine"}).execute()
    for change in (
        person.table("projects").insert({"name": "gift", "user_id": other.user.id}),
        person.table("projects").update({"user_id": other.user.id}).eq("name", "mine"),
    ):
        with pytest.raises(APIError) as refused:
            change.execute()
        assert refused.value.code == "42501"


def test_a_project_of_others_cannot_be_named(person: Client, somebody_else: Client) -> None:
    """A snippet in another's project is refused, as one in none at all is."""
    (mine,) = person.table("projects").insert({"name": "mine"}).execute().data
    assert isinstance(mine, dict)
    with pytest.raises(APIError) as refused:
        somebody_else.table("code_snippets").insert({"title": "t", "project_id": mine["id"]}).execute()
    assert refused.value.code == "23503"


def test_the_anon_key_opens_nothing(person: Client, new_client: NewClient) -> None:
    """Who is not signed in reads no row and may change none."""
    person.table("projects").insert({"name": "mine"}).execute()
    nobody = new_client()
    assert nobody.table("projects").select("*").execute().data == []
    with pytest.raises(APIError) as refused:
        nobody.table("projects").insert({"name": "x"}).execute()
    assert refused.value.code == "42501"


def test_a_forged_key_is_refused(new_client: NewClient) -> None:
    """PGRST301 for a key that nobody issued."""
    with pytest.raises(APIError) as refused:
        new_client(key="forged.forged.forged").table("projects").select("*").execute()
    assert refused.value.code == "PGRST301"


def test_storage_and_functions_are_not_there(person: Client) -> None:
    """A clear 404 from what Nexy does not offer."""
    with pytest.raises(StorageApiError) as no_storage:
        person.storage.from_("bucket").list()
    assert str(no_storage.value.status) == "404"
    with pytest.raises(FunctionsHttpError) as no_functions:
        person.functions.invoke("hello")
    assert no_functions.value.status == 404
