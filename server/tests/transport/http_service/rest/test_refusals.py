"""How /rest/v1 refuses: statuses and codes of PostgREST's "Errors" (docs.postgrest.org, references/errors)."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nexy.config.access_section import RestConfig
from nexy.config.api_section import ApiConfig, ApiLimitsConfig
from nexy.contracts.errors import DeadlineExceeded, Internal, NexyError, TooLarge, Unavailable, ValidationFailed
from nexy.contracts.rows import RowsRefused
from nexy.modules.database.module import DatabaseModule
from nexy.transport.http_service.rest.asked import REST
from nexy.transport.http_service.rest.refusals import NotSignedIn, rest_refusal, rest_status
from support.asgi import fetch
from support.clock import FakeClock
from support.peers import FakePeers
from support.postgres import TestServer, new_database
from support.rest_door import (
    ANON,
    CLIENT,
    NO_REST_KEY,
    OLD,
    REVOKED_KEY,
    STRANGE,
    RestDoor,
    as_owner,
    rest_app,
    rest_door,
)

NOBODYS = "22222222-2222-4222-8222-222222222222"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("PGRST100", 400), ("PGRST102", 400), ("PGRST103", 416), ("PGRST106", 406), ("PGRST107", 406),
        ("PGRST108", 400), ("PGRST116", 406), ("PGRST122", 400), ("PGRST124", 400), ("PGRST125", 404),
        ("PGRST200", 400), ("PGRST202", 404), ("PGRST204", 400), ("PGRST205", 404),
        ("08006", 503), ("09000", 500), ("0L000", 403), ("0P000", 403), ("22P02", 400), ("23502", 400),
        ("23503", 409), ("23505", 409), ("23514", 400), ("25006", 405), ("25P02", 500), ("28000", 403), ("38000", 500),
        ("40001", 500), ("42501", 403), ("42703", 400), ("42883", 404), ("42P01", 404), ("42P17", 500), ("53300", 503),
        ("53400", 500), ("54001", 500), ("57014", 504), ("P0001", 400), ("P0002", 500), ("XX000", 500), ("?", 400),
    ],
)  # fmt: skip
def test_every_code_has_its_status(code: str, status: int) -> None:
    """PostgREST's two tables; 57014 is 504 here, because nothing of ours is broken."""
    refused = RowsRefused(code, "m", details="d", hint="h")
    assert rest_status(refused) == status
    told = rest_refusal(refused)
    assert (told.code, told.message, told.details, told.hint) == (code, "m", "d", "h")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Unavailable("x"), 503, "PGRST000"), (Internal("x"), 500, "PGRSTX00"), (TooLarge("x"), 413, "too_large"),
        (DeadlineExceeded("x", code="body_timeout"), 408, "body_timeout"),
        (ValidationFailed("x", code="method_not_allowed"), 405, "PGRST117"),
        (ValidationFailed("x", code="database_value"), 400, "22P02"), (NotSignedIn("42501", "x"), 401, "42501"),
    ],
)  # fmt: skip
def test_our_own_errors_have_theirs(error: NexyError, status: int, code: str) -> None:
    """What is none of PostgREST's has the status of the taxonomy."""
    assert (rest_status(error), rest_refusal(error).code) == (status, code)


@pytest.mark.parametrize(
    ("headers", "code", "message"),
    [
        ({}, "PGRST302", "Anonymous access is disabled"),
        ({"authorization": "Basic eDp5"}, "PGRST302", "Anonymous access is disabled"),
        ({"authorization": "Bearer "}, "PGRST302", "Anonymous access is disabled"),
        ({"authorization": f"Bearer {STRANGE}"}, "PGRST301", "JWT is not valid"),
        ({"apikey": STRANGE}, "PGRST301", "JWT is not valid"),
        ({"authorization": "Bearer null"}, "PGRST301", "JWT is not valid"),
        ({"authorization": f"Bearer {STRANGE}", "apikey": ANON}, "PGRST301", "JWT is not valid"),
        ({"authorization": f"Bearer {OLD}"}, "PGRST301", "JWT expired"),
        ({"authorization": f"Bearer {REVOKED_KEY}"}, "PGRST301", "the key is not valid"),
        ({"apikey": "nexy_device_x"}, "PGRST301", "A device's token speaks over gRPC only."),
    ],
)
async def test_strangers_are_told_to_sign_in(headers: dict[str, str], code: str, message: str) -> None:
    """401 with a challenge, before anything is said of tables."""
    async with rest_door() as door:
        for path in ("projects", "no_such_table", "projects?select=(", ""):
            refused = await door.ask("", "GET", path, headers=headers)
            assert (refused.status, refused.json["code"], refused.json["message"]) == (401, code, message)
            assert refused.headers["www-authenticate"] == "Bearer"
            assert set(refused.json) == {"code", "details", "hint", "message"}


@pytest.mark.slow
async def test_every_form_of_proof_is_taken(database: DatabaseModule) -> None:
    """Bearer or apikey, token or key; the bearer's goes first, so that a front end's open key stands beside it."""
    async with rest_door(database) as door:
        me = await door.person()
        await door.ask(me, "POST", "projects", {"name": "mine"})
        key = me.replace("eyJ.", "nexy_")
        both = {"authorization": f"Bearer {me}", "apikey": ANON}
        bearers = [{"authorization": f"{word} {proof}"} for word in ("Bearer", "bearer") for proof in (me, key)]
        for headers in (*bearers, {"apikey": me}, {"apikey": key}, both):
            assert [row["name"] for row in (await door.ask("", "GET", "projects", headers=headers)).json] == ["mine"]
        for headers in ({"apikey": ANON}, {"authorization": f"Bearer {ANON}"}):
            assert (await door.ask("", "GET", "projects", headers=headers)).json == []
        refused = await door.ask("", "GET", "projects", headers={"apikey": NO_REST_KEY})
        assert (refused.status, refused.json["code"]) == (403, "42501")


@pytest.mark.slow
async def test_nobody_in_particular_may_read_and_do_nothing(database: DatabaseModule) -> None:
    """PostgreSQL's 42501 is 401 for the role anon, because signing in may help, and 403 for a person."""
    async with rest_door(database) as door:
        for method, body in (("POST", {"name": "x"}), ("PATCH", {"name": "x"}), ("DELETE", None)):
            path = "projects" if method == "POST" else "projects?name=eq.x"
            refused = await door.ask(ANON, method, path, body)
            assert (refused.status, refused.json["code"]) == (401, "42501")
            assert refused.headers["www-authenticate"] == "Bearer"
        me = await door.person()
        refused = await door.ask(me, "POST", "projects", {"name": "x", "user_id": NOBODYS})
        assert (refused.status, refused.json["code"]) == (403, "42501")


FAULTS: tuple[tuple[str, str, object, int, str], ...] = (
    ("GET", "no_such_table", None, 404, "PGRST205"),
    ("GET", "users", None, 404, "PGRST205"),
    ("GET", "auth_identities", None, 404, "PGRST205"),
    ("GET", "pg_class", None, 404, "PGRST205"),
    ("GET", "projects;DROP TABLE projects", None, 404, "PGRST205"),
    ("GET", 'projects" t; --', None, 404, "PGRST205"),
    ("GET", "a/b", None, 404, "PGRST125"),
    ("GET", "rpc/nexy_protect", None, 404, "PGRST202"),
    ("PUT", "projects", {"name": "x"}, 405, "PGRST117"),
    ("GET", "projects?select=nope", None, 400, "42703"),
    ("GET", "projects?nope=eq.1", None, 400, "42703"),
    ("GET", "projects?order=nope", None, 400, "42703"),
    ("GET", "projects?select=name,code_snippets(*)", None, 400, "PGRST200"),
    ("GET", "projects?code_snippets.id=eq.1", None, 400, "PGRST108"),
    ("GET", "projects?id=eq.x", None, 400, "22P02"),
    ("GET", "projects?id=in.(1,2)", None, 400, "22P02"),
    ("GET", "projects?created_at=gt.yesterdayish", None, 400, "22007"),
    ("GET", "projects?name=eq.%00", None, 400, "22021"),
    ("GET", "projects?name=is.true", None, 400, "42804"),
    ("GET", "projects?id=like.a*", None, 404, "42883"),
    ("GET", "projects?select=id::integer", None, 400, "42846"),
    ("GET", "projects?id=equal.x", None, 400, "PGRST100"),
    ("GET", "projects?select=id;--", None, 400, "PGRST100"),
    ("POST", "projects", {"nope": 1}, 400, "PGRST204"),
    ("POST", "projects?columns=nope", {"name": "x"}, 400, "PGRST204"),
    ("POST", "projects?on_conflict=nope", {"name": "x"}, 400, "42703"),
    ("POST", "projects", {"id": "x", "name": "x"}, 400, "22P02"),
    ("POST", "projects", {"name": None}, 400, "23502"),
    ("POST", "projects", {}, 400, "23502"),
    ("POST", "projects", [{}, {}], 400, "PGRST102"),
    ("POST", "projects", b"{", 400, "PGRST102"),
    ("POST", "projects", b'{"name":"\\u0000"}', 400, "22P05"),
    ("POST", "projects", b'{"name":"\\ud800"}', 400, "PGRST102"),
    ("POST", "projects", [{"name": "a"}, {"description": "b"}], 400, "PGRST102"),
    ("POST", "code_snippets", {"project_id": NOBODYS}, 409, "23503"),
    ("PATCH", "projects", {"nope": 1}, 400, "PGRST204"),
    ("PATCH", "projects", {"name": "x"}, 400, "21000"),
    ("DELETE", "projects", None, 400, "21000"),
    ("DELETE", "no_such_table", None, 404, "PGRST205"),
    ("PATCH", "projects", [{"name": "a"}, {"name": "b"}], 400, "PGRST102"),
    ("PATCH", "projects", [], 400, "PGRST102"),
    ("DELETE", "projects?nope=eq.1", None, 400, "42703"),
    ("DELETE", "projects?foo", None, 400, "PGRST100"),
)


@pytest.mark.slow
async def test_each_fault_has_its_code(database: DatabaseModule) -> None:
    """From the parser, from the catalogue, or from PostgreSQL itself; nothing of a statement is told or kept."""
    async with rest_door(database) as door:
        me = await door.person()
        for method, path, body, status, code in FAULTS:
            refused = await door.ask(me, method, path, body, {"content-type": "application/json"})
            assert (refused.status, refused.json.get("code")) == (status, code), (method, path, body, refused.body)
            for word in (b"SELECT", b"nexy_new", b"nexy_rows", b"Traceback"):
                assert word not in refused.body
        assert (await door.ask(me, "GET", "projects")).json == []


@pytest.mark.slow
async def test_a_key_that_is_taken_is_a_conflict(database: DatabaseModule) -> None:
    """23505, 409; the same for another person's row, of which nothing is told."""
    async with rest_door(database) as door:
        me, other = await door.person(), await door.person()
        row = (await door.ask(me, "POST", "projects", {"name": "secret"})).json
        for token in (me, other):
            refused = await door.ask(token, "POST", "projects", {"id": row["id"], "name": "x"})
            assert (refused.status, refused.json["code"]) == (409, "23505")
            assert b"secret" not in refused.body


HEADERS_AND_ANSWERS: tuple[tuple[dict[str, str], int, str], ...] = (
    ({"accept": "text/csv"}, 406, "PGRST107"),
    ({"accept-profile": "auth"}, 406, "PGRST106"),
    ({"prefer": "handling=strict, nonsense"}, 400, "PGRST122"),
    ({"prefer": "nonsense=; DROP TABLE projects"}, 200, ""),
    ({"range": "0-1; DROP TABLE projects"}, 200, ""),
    ({"accept-profile": "public"}, 200, ""),
)


@pytest.mark.slow
async def test_headers_are_kept_to_or_refused(database: DatabaseModule) -> None:
    """Accept, profiles, Prefer and Range."""
    async with rest_door(database) as door:
        me = await door.person()
        for headers, status, code in HEADERS_AND_ANSWERS:
            told = await door.ask(me, "GET", "projects", headers=headers)
            assert (told.status, told.json["code"] if code else "") == (status, code), headers


@pytest.mark.slow
async def test_other_bodies_are_refused_by_their_kind(database: DatabaseModule) -> None:
    """415 for curl's form with the hint that it needs, 413 for a body that is too large."""
    async with rest_door(database, RestConfig(max_body_bytes=1024)) as door:
        me = await door.person()
        form = await door.ask(me, "POST", "projects", b"name=x", {"content-type": "application/x-www-form-urlencoded"})
        assert (form.status, form.json["code"], "application/json" in form.json["hint"]) == (415, "PGRST107", True)
        large = await door.ask(me, "POST", "projects", {"name": "x" * 1024})
        assert (large.status, large.json["code"]) == (413, "too_large")


@pytest.mark.slow
async def test_a_statement_that_takes_too_long_is_ended(postgres: TestServer) -> None:
    """57014 and 504; the connection serves the next request."""
    async with new_database(postgres) as name:
        await as_owner(postgres, name, "CREATE VIEW slow WITH (security_invoker) AS SELECT pg_sleep(60)::text AS x",
                       "GRANT SELECT ON slow TO authenticated")  # fmt: skip
        module = DatabaseModule()
        await module.initialize(postgres.section(name, statement_timeout_seconds=0.2, max_connections=1), FakePeers())
        try:
            async with rest_door(module) as door:
                me = await door.person()
                refused = await door.ask(me, "GET", "slow")
                assert (refused.status, refused.json["code"]) == (504, "57014")
                assert (await door.ask(me, "GET", "projects")).status == 200
        finally:
            await module.cleanup()


async def test_without_the_module_nobody_is_let_in() -> None:
    """503 PGRST000 where there is nobody to tell whose token it is."""
    app, _ = rest_app(None, FakeClock(), RestConfig(), ApiConfig())
    told = await fetch(app, f"{REST}projects", headers={"authorization": "Bearer eyJ.x.y"})
    assert (told.status, told.json["code"]) == (503, "PGRST000")


async def test_who_asks_too_often_waits() -> None:
    """429 with Retry-After, for strangers by their address."""
    hasty = ApiConfig(limits=ApiLimitsConfig(per_second=0.1, burst=2))
    async with rest_door(api=hasty) as door:
        told = [await door.ask(STRANGE, "GET", "projects") for _ in range(3)]
    assert [one.status for one in told] == [401, 401, 429]
    assert int(told[2].headers["retry-after"]) >= 1


@pytest.mark.slow
async def test_metrics_count_by_the_form_of_the_path(database: DatabaseModule) -> None:
    """Names of tables, known or not, do not grow the figures."""
    async with rest_door(database) as door:
        me = await door.person()
        for path in ("projects", "no_such_table", "a/b/c"):
            await door.ask(me, "GET", path)
        told = door.metrics.exposition().decode()
    assert 'path="/rest/v1/{table}",status="200"} 1.0' in told
    assert "no_such_table" not in told


WORDS = re.split(
    r"\s+",
    """id name nope eq neq like in is not or and null true desc nullslast select= order= limit= offset= columns=
    on_conflict= DROP%20TABLE%20projects pg_sleep(9) ::text ::regclass %00 %27 ->> -- /* $1 -1 99999999999999999999""",
)
PIECES = st.sampled_from([*WORDS, *""".,()"'=&*;:1\\{}[]+ё"""])
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "prefer": st.lists(PIECES, max_size=5).map("".join),
        "range": st.lists(PIECES, max_size=4).map("".join),
        "accept": st.lists(PIECES, max_size=3).map("".join),
    },
)


@pytest_asyncio.fixture
async def shared_door(database: DatabaseModule) -> AsyncIterator[tuple[RestDoor, str]]:
    """A door for all examples, and a person's token."""
    async with rest_door(database) as door:
        yield door, await door.person()


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_no_request_is_more_than_it_says(shared_door: tuple[RestDoor, str], data: st.DataObject) -> None:
    """Whatever stands in path, query and headers: no 5xx, nothing of a statement is told, the tables stand."""
    door, me = shared_door
    query = "".join(data.draw(st.lists(PIECES, max_size=12)))
    method = data.draw(st.sampled_from(["GET", "HEAD", "PATCH", "DELETE", "POST"]))
    headers = {name: value.encode().decode("latin-1") for name, value in data.draw(HEADERS).items()}
    body = {"name": data.draw(st.text(max_size=5).filter(lambda text: "\x00" not in text))}
    told = await door.ask(me, method, f"projects?{query}", body, headers | CLIENT)
    assert told.status < 500, told.body
    assert b"nexy_" not in told.body


async def test_who_tries_keys_that_are_good_for_something_else_is_slowed_down() -> None:
    """As who guesses: by the address, before anything is asked of a table."""
    api = ApiConfig(limits=ApiLimitsConfig(per_second=0.01, burst=2))
    async with rest_door(api=api) as door:
        told = [await door.ask(NO_REST_KEY, "GET", "projects") for _ in range(4)]
    assert [one.status for one in told] == [403, 403, 429, 429]
