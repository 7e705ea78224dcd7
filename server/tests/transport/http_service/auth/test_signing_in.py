"""Signing in over HTTP, above the module in memory and above the real one with its database.

Sources: openapi.yaml, internal/api/{errors,token,signup,user,logout,apiversions}.go of github.com/supabase/auth;
https://supabase.com/docs/guides/auth/debugging/error-codes; lib/fetch.ts of auth-js and helpers.py of supabase_auth for
what the clients read of an answer.
"""

import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from starlette.types import ASGIApp

from support.asgi import fetch
from support.auth_door import WHO, ask, auth_door, auth_door_over, signed_up
from support.postgres import TestServer
from support.real_access import real_access


@pytest.fixture(params=["memory", pytest.param("real", marks=pytest.mark.slow)])
def behind(request: pytest.FixtureRequest) -> TestServer | None:
    """The database server of the real module; none for the one in memory."""
    server: TestServer | None = request.getfixturevalue("postgres") if request.param == "real" else None
    return server


@pytest_asyncio.fixture
async def door(behind: TestServer | None, tmp_path: Path) -> AsyncIterator[ASGIApp]:
    """The door, each test with both."""
    if behind is None:
        async with auth_door() as opened:
            yield opened.app
        return
    async with real_access(behind, tmp_path) as module:
        yield auth_door_over(module)


async def test_signing_up_gives_a_session_and_the_person(door: ASGIApp) -> None:
    """POST /signup: both tokens, bearer, when they end, and the person with her own data."""
    session = await signed_up(door, data={"name": "Ann"})
    assert session["access_token"]
    assert session["refresh_token"]
    assert (session["token_type"], session["expires_in"]) == ("bearer", 3600)
    assert isinstance(session["expires_at"], int)
    user = session["user"]
    assert (user["email"], user["aud"], user["role"]) == (WHO["email"], "authenticated", "authenticated")
    assert user["user_metadata"] == {"name": "Ann"}
    assert user["app_metadata"] == {"provider": "email", "providers": ["email"]}
    assert user["identities"][0]["user_id"] == user["id"]
    assert user["email_confirmed_at"] == user["created_at"]


async def test_the_plain_curl_of_the_protocol_signs_in(door: ASGIApp) -> None:
    """Neither grant_type nor apikey nor a Content-Type: address and password are enough."""
    await signed_up(door)
    answer = await fetch(door, "/auth/v1/token", method="POST", body=json.dumps(WHO).encode())
    assert answer.status == 200
    assert answer.json["access_token"]


async def test_what_opens_an_account_is_kept_by_nobody(door: ASGIApp) -> None:
    """Replies with tokens or persons are not to be stored on their way (RFC 6749 5.1)."""
    session = await signed_up(door)
    answer = await ask(door, "GET", "user", token=session["access_token"])
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("password", ["wrong password", "", None])
async def test_absent_and_wrong_look_the_same(door: ASGIApp, password: str | None) -> None:
    """400 invalid_credentials in the same bytes for a wrong password and for an address that nobody has."""
    await signed_up(door)
    wrong = await ask(door, "POST", "token?grant_type=password", {**WHO, "password": password})
    absent = await ask(door, "POST", "token?grant_type=password", {"email": "nobody@example.com", "password": password})
    assert (wrong.status, wrong.json["error_code"]) == (400, "invalid_credentials")
    assert (wrong.status, wrong.body) == (absent.status, absent.body)


async def test_a_refresh_token_is_good_once(door: ASGIApp) -> None:
    """grant_type=refresh_token gives a new pair; the old token then ends the session."""
    first = await signed_up(door)
    shown = {"refresh_token": first["refresh_token"]}
    second = await ask(door, "POST", "token?grant_type=refresh_token", shown)
    assert second.json["refresh_token"] != first["refresh_token"]
    again = await ask(door, "POST", "token?grant_type=refresh_token", shown)
    assert (again.status, again.json["error_code"]) == (400, "refresh_token_already_used")
    ended = await ask(door, "POST", "token?grant_type=refresh_token", {"refresh_token": second.json["refresh_token"]})
    assert (ended.status, ended.json["error_code"]) == (400, "refresh_token_not_found")


async def test_a_weak_password_has_reasons(door: ASGIApp) -> None:
    """422 weak_password with its reasons, which the clients raise as an error of its own."""
    answer = await ask(door, "POST", "signup", {**WHO, "password": "short"})
    assert (answer.status, answer.json["error_code"]) == (422, "weak_password")
    assert answer.json["weak_password"] == {"reasons": ["length"]}


async def test_an_address_is_taken_once(door: ASGIApp) -> None:
    """422 user_already_exists."""
    await signed_up(door)
    answer = await ask(door, "POST", "signup", WHO)
    assert (answer.status, answer.json["error_code"]) == (422, "user_already_exists")


async def test_a_token_tells_whose_it_is(door: ASGIApp) -> None:
    """GET /user with the access token; the apikey header plays no part."""
    session = await signed_up(door)
    answer = await ask(door, "GET", "user", token=session["access_token"], apikey="anything")
    assert answer.json["id"] == session["user"]["id"]


async def test_changing_what_is_given(door: ASGIApp) -> None:
    """PUT /user: data is joined with what was there, the address is the new one, nothing else changes."""
    session = await signed_up(door, data={"name": "Ann"})
    token = session["access_token"]
    answer = await ask(door, "PUT", "user", {"email": "eve@example.com", "data": {"age": 7}}, token=token)
    assert answer.json["email"] == "eve@example.com"
    assert answer.json["user_metadata"] == {"name": "Ann", "age": 7}
    signed_in = await ask(door, "POST", "token", {**WHO, "email": "eve@example.com"})
    assert signed_in.status == 200


async def test_signing_out(door: ASGIApp) -> None:
    """204 without a body; the sessions of the scope are over, the others go on."""
    for scope, over in (
        ("", (True, True)),
        ("global", (True, True)),
        ("local", (True, False)),
        ("others", (False, True)),
    ):
        who = {**WHO, "email": f"ann{scope}@example.com"}
        own, other = await signed_up(door, **who), (await ask(door, "POST", "token", who)).json
        answer = await ask(door, "POST", f"logout?scope={scope}", token=own["access_token"])
        assert (answer.status, answer.body) == (204, b"")
        for session, ended in zip((own, other), over, strict=True):
            shown = {"refresh_token": session["refresh_token"]}
            tried = await ask(door, "POST", "token?grant_type=refresh_token", shown)
            assert (tried.status == 400) is ended, scope


async def test_an_unknown_scope_ends_nothing(door: ASGIApp) -> None:
    """400 validation_failed, and the session goes on."""
    session = await signed_up(door)
    answer = await ask(door, "POST", "logout?scope=everything", token=session["access_token"])
    assert (answer.status, answer.json["error_code"]) == (400, "validation_failed")
    assert (await ask(door, "GET", "user", token=session["access_token"])).status == 200


async def test_an_ended_session_is_named(door: ASGIApp) -> None:
    """403 session_not_found, by which clients forget the session they had."""
    session = await signed_up(door)
    await ask(door, "POST", "logout", token=session["access_token"])
    answer = await ask(door, "GET", "user", token=session["access_token"])
    assert (answer.status, answer.json["error_code"]) == (403, "session_not_found")


STRANGE = (
    rb'{"email": "a\u0000@example.com", "password": "a long password"}',
    rb'{"email": "\ud800@example.com", "password": "a long password"}',
    rb'{"email": "ann@example.com", "password": "\ud800\ud800\ud800\ud800\ud800\ud800\ud800\ud800"}',
    rb'{"email": "ann@example.com", "password": "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000"}',
    b'{"email": "\' OR 1=1 --@example.com", "password": "\' OR 1=1 --"}',
    b'{"email": "' + b"a" * 5000 + b'@example.com", "password": "a long password"}',
    b'{"email": "ann@example.com", "password": "' + b"p" * 5000 + b'"}',
    rb'{"email": "eve@example.com", "password": "a long password", "data": {"a": "\u0000"}}',
    b'{"email": "eve@example.com", "password": "a long password", "data": {"a": "' + b"x" * 40_000 + b'"}}',
)


async def test_strange_input_is_no_defect(door: ASGIApp) -> None:
    """NUL, halves of pairs, SQL and length: taken or refused with a code, in signing up and in signing in."""
    for body, path in itertools.product(STRANGE, ("signup", "token", "token?grant_type=refresh_token")):
        path, _, query = path.partition("?")
        answer = await fetch(door, f"/auth/v1/{path}", method="POST", body=body, query=query)
        assert answer.status in {200, 400, 422, 429}, (body, answer.body)
        assert answer.status == 200 or answer.json["error_code"] != "unexpected_failure"
