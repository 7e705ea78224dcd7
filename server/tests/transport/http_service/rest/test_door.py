"""/rest/v1 as the Supabase clients and plain curl know it, on a real PostgreSQL.

Statuses, headers and bodies are those of PostgREST's documentation: "Tables and Views", "Pagination and Count",
"Preferences", "Resource Representation".
"""

import pytest

from nexy.config.access_section import RestConfig
from nexy.modules.database.module import DatabaseModule
from support.rest_door import CLIENT, RestDoor, rest_door

pytestmark = pytest.mark.slow
MINIMAL, ROWS = {"prefer": "return=minimal"}, {"prefer": "return=representation"}
COUNT = {"prefer": "count=exact"}
ALL = "id=not.is.null"
OBJECT = {"accept": "application/vnd.pgrst.object+json"}


async def names(door: RestDoor, token: str, query: str) -> list[str]:
    """The names of the projects that this query finds."""
    answer = await door.ask(token, "GET", f"projects?{query}")
    assert answer.status == 200, answer.body
    return [row["name"] for row in answer.json]


async def with_projects(door: RestDoor, *given: str) -> str:
    """A new person's token; she has these projects."""
    me = await door.person()
    assert (await door.ask(me, "POST", "projects", [{"name": name} for name in given])).status == 201
    return me


async def test_plain_curl_gets_the_stored_row(database: DatabaseModule) -> None:
    """201 with defaults filled in: an object for an object, an array for an array."""
    async with rest_door(database) as door:
        me = await door.person()
        one = await door.ask(me, "POST", "projects", {"name": "a"})
        many = await door.ask(me, "POST", "projects", [{"name": "b"}])
        snippet = {"title": "t", "code": 'print("ё")', "analysis": {"n": [1, None]}, "project_id": one.json["id"]}
        kept = await door.ask(me, "POST", "code_snippets", snippet)
    assert (one.status, one.json["user_id"], one.json["description"]) == (201, me.removeprefix("eyJ."), None)
    assert one.headers["content-type"] == "application/json; charset=utf-8"
    assert (many.status, [row["name"] for row in many.json]) == (201, ["b"])
    assert {name: kept.json[name] for name in snippet} == snippet


async def test_clients_get_what_postgrest_gives(database: DatabaseModule) -> None:
    """201 with nothing in it, as soon as a client names itself or prefers anything."""
    async with rest_door(database) as door:
        me = await door.person()
        for headers in (CLIENT, MINIMAL, CLIENT | {"prefer": ""}, COUNT):
            made = await door.ask(me, "POST", "projects", {"name": "a"}, headers)
            assert (made.status, made.body) == (201, b"")
            assert made.headers["content-range"] == ("*/1" if headers is COUNT else "*/*")
        assert await names(door, me, "") == ["a"] * 4


async def test_a_new_row_is_told_by_its_address(database: DatabaseModule) -> None:
    """return=headers-only gives Location, by which the row is found; of several rows there is none."""
    headers = {"prefer": "return=headers-only"}
    async with rest_door(database) as door:
        me = await door.person()
        made = await door.ask(me, "POST", "projects", {"name": "a"}, headers)
        assert (made.status, made.body, made.headers["preference-applied"]) == (201, b"", "return=headers-only")
        found = made.headers["location"].removeprefix("/rest/v1/")
        assert [row["name"] for row in (await door.ask(me, "GET", found)).json] == ["a"]
        two = await door.ask(me, "POST", "projects", [{"name": "b"}, {"name": "c"}], headers)
        assert "location" not in two.headers


async def test_rows_are_selected_renamed_cast_and_sorted(database: DatabaseModule) -> None:
    """Columns in the order in which they were asked for."""
    async with rest_door(database) as door:
        me = await with_projects(door, "b", "a")
        await door.ask(me, "PATCH", "projects?name=eq.a", {"description": "d"})
        told = await door.ask(me, "GET", 'projects?select=label:name,"d e":description,id::text&order=name')
        assert [list(row) for row in told.json] == [["label", "d e", "id"]] * 2
        assert [(row["label"], row["d e"]) for row in told.json] == [("a", "d"), ("b", None)]
        assert (await door.ask(me, "GET", "projects?select=name&order=description.nullsfirst")).json[0] == {"name": "b"}
        assert await names(door, me, "order=description.desc.nullslast") == ["a", "b"]
        whole = (await door.ask(me, "GET", "projects?select=*,again:name&name=eq.a")).json[0]
        assert set(whole) == {"id", "user_id", "name", "description", "created_at", "again"}


FOUND = (
    ("name=eq.beta", "beta"), ("name=neq.beta", "alpha gamma"), ("name=gt.beta", "gamma"),
    ("name=gte.beta", "beta gamma"), ("name=lt.beta", "alpha"), ("name=lte.beta", "alpha beta"),
    ("name=like.*a", "alpha beta gamma"), ("name=like.g%25", "gamma"), ("name=ilike.B*", "beta"),
    ("name=like.B*", ""), ("name=in.(alpha,beta)", "alpha beta"), ("name=in.()", ""),
    ("name=not.in.(alpha)", "beta gamma"), ("description=is.null", "alpha beta"),
    ("description=not.is.null", "gamma"), ("description=is.not_null", "gamma"), ("name=not.eq.beta", "alpha gamma"),
    ("or=(name.eq.alpha,name.eq.beta)", "alpha beta"), ("and=(name.gt.alpha,name.lt.gamma)", "beta"),
    ("not.or=(name.eq.alpha,name.eq.beta)", "gamma"),
    ("or=(name.eq.alpha,and(name.gt.beta,description.not.is.null))", "alpha gamma"),
    ("name=gt.alpha&name=lt.gamma", "beta"), ("id=not.is.null&limit=1&offset=1", "beta"),
    ("created_at=lt.2001-01-01", ""), ("created_at=gt.2001-01-01", "alpha beta gamma"),
    ("name=eq.x%27%20OR%20%271%27=%271", ""), ("name=in.(%22x%27)%20OR%20true--%22)", ""),
)  # fmt: skip


async def test_conditions_find_what_they_say(database: DatabaseModule) -> None:
    """Each operator, alone and combined, on three rows."""
    async with rest_door(database) as door:
        me = await with_projects(door, "alpha", "beta", "gamma")
        await door.ask(me, "PATCH", "projects?name=eq.gamma", {"description": "d"})
        for query, found in FOUND:
            assert await names(door, me, f"{query}&order=name") == found.split(), query


PAGES: tuple[tuple[str, dict[str, str], int, str, int], ...] = (
    ("", {}, 200, "0-2/*", 3),
    ("", COUNT, 200, "0-2/3", 3),
    ("limit=2", COUNT, 206, "0-1/3", 2),
    ("limit=2&offset=2", COUNT, 206, "2-2/3", 1),
    ("", COUNT | {"range": "1-1", "range-unit": "items"}, 206, "1-1/3", 1),
    ("", {"range": "1-"}, 200, "1-2/*", 2),
    ("name=eq.no", COUNT, 200, "*/0", 0),
    ("offset=9", {}, 200, "*/*", 0),
    ("limit=0", COUNT, 206, "*/3", 0),
    ("offset=9", COUNT, 416, "", 0),
    ("", COUNT | {"range": "9-"}, 416, "", 0),
    ("", {"range": "2-1"}, 416, "", 0),
)


async def test_pages_are_told(database: DatabaseModule) -> None:
    """Content-Range and status of GET, and of HEAD without a body."""
    async with rest_door(database) as door:
        me = await with_projects(door, "a", "b", "c")
        for query, headers, status, told, rows in PAGES:
            read = await door.ask(me, "GET", f"projects?{query}", headers=headers)
            head = await door.ask(me, "HEAD", f"projects?{query}", headers=headers)
            assert (read.status, read.headers.get("content-range", "")) == (status, told), (query, headers)
            assert (head.status, head.headers.get("content-range", "")) == (status, told), (query, headers)
            assert len(read.json) == rows if status != 416 else read.json["code"] == "PGRST103"
            assert status == 416 or head.body == b""


async def test_a_page_is_never_larger_than_configured(database: DatabaseModule) -> None:
    """Neither without a limit nor with a larger one."""
    async with rest_door(database, RestConfig(max_rows=2)) as door:
        me = await with_projects(door, "a", "b", "c")
        for query in ("", "limit=3", "limit=999999999999999999"):
            told = await door.ask(me, "GET", f"projects?{query}", headers=COUNT)
            assert (told.status, told.headers["content-range"]) == (206, "0-1/3")


async def test_one_object_is_exactly_one_row(database: DatabaseModule) -> None:
    """The singular form refuses none and many with PGRST116, and a change that it refuses has not happened."""
    async with rest_door(database) as door:
        me = await with_projects(door, "a", "b")
        one = await door.ask(me, "GET", "projects?name=eq.a", headers=OBJECT)
        assert (one.status, one.json["name"]) == (200, "a")
        assert one.headers["content-type"] == "application/vnd.pgrst.object+json; charset=utf-8"
        for method, body in (("GET", None), ("PATCH", {"name": "z"}), ("DELETE", None)):
            for query, count in (("name=eq.no", 0), (ALL, 2)):
                refused = await door.ask(me, method, f"projects?{query}", body, OBJECT | ROWS)
                assert (refused.status, refused.json["code"]) == (406, "PGRST116")
                assert refused.json["details"] == f"The result contains {count} rows"
        refused = await door.ask(me, "POST", "projects", [{"name": "c"}, {"name": "d"}], OBJECT | ROWS)
        assert refused.status == 406
        assert await names(door, me, "order=name") == ["a", "b"]
        made = await door.ask(me, "POST", "projects", {"name": "c"}, OBJECT | ROWS | CLIENT)
        assert (made.status, made.json["name"]) == (201, "c")


async def test_rows_are_changed_and_removed(database: DatabaseModule) -> None:
    """204 with nothing, 200 with the rows; Content-Range tells how many; `id=not.is.null` is all of one's own."""
    async with rest_door(database) as door:
        me = await with_projects(door, "a", "b", "c")
        quiet = await door.ask(me, "PATCH", "projects?name=eq.a", {"description": "1"}, COUNT)
        assert (quiet.status, quiet.body, quiet.headers["content-range"]) == (204, b"", "0-0/1")
        told = await door.ask(me, "PATCH", f"projects?select=name&order=name.desc&{ALL}", [{"description": None}], ROWS)
        assert (told.status, told.json) == (200, [{"name": "c"}, {"name": "b"}, {"name": "a"}])
        assert told.headers["content-range"] == "0-2/*"
        assert (await door.ask(me, "PATCH", "projects", {}, ROWS)).json == []
        gone = await door.ask(me, "DELETE", "projects?name=in.(a,b)&select=name&order=name", headers=ROWS | CLIENT)
        assert (gone.status, gone.json) == (200, [{"name": "a"}, {"name": "b"}])
        assert (await door.ask(me, "DELETE", f"projects?{ALL}", headers=COUNT)).headers["content-range"] == "*/1"
        assert await names(door, me, "") == []


async def test_a_change_names_its_rows(database: DatabaseModule) -> None:
    """Without a condition 21000 with a hint, as in hosted Supabase; an order or a choice of columns is none."""
    async with rest_door(database) as door:
        me = await with_projects(door, "a", "b")
        for method, body, verb in (("PATCH", {"name": "z"}, "UPDATE"), ("DELETE", None, "DELETE")):
            for query in ("", "?select=name&order=name"):
                refused = await door.ask(me, method, f"projects{query}", body, ROWS)
                assert (refused.status, refused.json["code"]) == (400, "21000")
                assert refused.json["message"] == f"{verb} requires a WHERE clause"
                assert ALL in refused.json["hint"]
        assert await names(door, me, "order=name") == ["a", "b"]


async def test_a_part_of_the_rows_cannot_be_changed(database: DatabaseModule) -> None:
    """limit and offset with PATCH and DELETE are refused: passed over, they would change all."""
    async with rest_door(database) as door:
        me = await with_projects(door, "a", "b")
        for method, body in (("PATCH", {"name": "z"}), ("DELETE", None)):
            refused = await door.ask(me, method, "projects?limit=1&order=name", body)
            assert (refused.status, refused.json["code"]) == (400, "PGRST100")
        assert await names(door, me, "order=name") == ["a", "b"]


async def test_no_more_rows_change_than_was_said(database: DatabaseModule) -> None:
    """max-affected with handling=strict undoes the change: PGRST124."""
    async with rest_door(database) as door:
        me = await with_projects(door, "a", "b")
        prefer = {"prefer": "handling=strict,max-affected=1"}
        refused = await door.ask(me, "DELETE", f"projects?{ALL}", headers=prefer)
        assert (refused.status, refused.json["code"]) == (400, "PGRST124")
        assert (await door.ask(me, "DELETE", "projects?name=eq.a", headers=prefer)).status == 204
        assert await names(door, me, "") == ["b"]


async def test_rows_are_merged_or_left(database: DatabaseModule) -> None:
    """resolution= by the primary key or by on_conflict: 201 for new rows, 200 where all of them were there."""
    async with rest_door(database) as door:
        me = await with_projects(door, "a")
        known = (await door.ask(me, "GET", "projects")).json[0]["id"]
        fresh = "11111111-1111-4111-8111-111111111111"
        merge = {"prefer": "resolution=merge-duplicates,return=representation"}
        both = [{"id": known, "name": "A"}, {"id": fresh, "name": "b"}]
        made = await door.ask(me, "POST", "projects?order=name", both, merge)
        assert (made.status, [row["name"] for row in made.json]) == (201, ["A", "b"])
        assert made.headers["preference-applied"] == "resolution=merge-duplicates, return=representation"
        again = await door.ask(me, "POST", "projects?on_conflict=id", {"id": known, "name": "AA"}, merge)
        assert (again.status, [row["name"] for row in again.json]) == (200, ["AA"])
        left = {"prefer": "resolution=ignore-duplicates,return=representation,count=exact"}
        told = await door.ask(me, "POST", "projects", {"id": known, "name": "B"}, left)
        assert (told.status, told.json, told.headers["content-range"]) == (201, [], "*/0")
        assert await names(door, me, "order=name") == ["AA", "b"]
        other = await door.ask(me, "POST", "projects?on_conflict=name", {"name": "x"}, merge)
        assert (other.status, other.json["code"]) == (400, "42P10")


async def test_columns_that_are_not_there_become_null_or_the_default(database: DatabaseModule) -> None:
    """`columns` says which count; `missing=default` gives what the table would."""
    async with rest_door(database) as door:
        me = await door.person()
        rows = [{"name": "a", "extra": 1}, {"name": "b", "description": "d"}, {"name": "c", "description": None}]
        made = await door.ask(me, "POST", "projects?columns=name,description&order=name", rows, ROWS)
        assert [(row["name"], row["description"]) for row in made.json] == [("a", None), ("b", "d"), ("c", None)]
        path = "projects?columns=id,name,created_at"
        bare = await door.ask(me, "POST", path, {"name": "d"}, ROWS)
        assert (bare.status, bare.json["code"]) == (400, "23502")
        filled = await door.ask(me, "POST", path, {"name": "d"}, {"prefer": "missing=default,return=representation"})
        assert (filled.status, filled.json[0]["name"]) == (201, "d")
        null = await door.ask(me, "POST", path, {"name": "d", "created_at": None}, {"prefer": "missing=default"})
        assert null.json["code"] == "23502"


async def test_nothing_is_kept_of_an_empty_array(database: DatabaseModule) -> None:
    """201 and []; of an empty object a row with what the table says, where it may be."""
    async with rest_door(database) as door:
        me = await door.person()
        assert (await door.ask(me, "POST", "projects", [])).json == []
        assert (await door.ask(me, "POST", "projects", {})).json["code"] == "23502"
        assert (await door.ask(me, "POST", "code_snippets", {})).json["user_id"] == me.removeprefix("eyJ.")
        assert await names(door, me, "") == []
