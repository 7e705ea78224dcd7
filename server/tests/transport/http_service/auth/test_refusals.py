"""What /auth/v1 refuses, and how.

Sources: openapi.yaml, internal/api/{errors,token,signup,user,logout,apiversions}.go of github.com/supabase/auth;
https://supabase.com/docs/guides/auth/debugging/error-codes; lib/fetch.ts of auth-js and helpers.py of supabase_auth for
what the clients read of an answer.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from nexy.contracts.errors import Internal, NexyError, Unavailable, ValidationFailed
from support.asgi import fetch
from support.auth_door import WHO, AuthDoor, ask, auth_door, signed_up
from support.fake_access import ANON_TOKEN, KEYS

NEWER = {"X-Supabase-Api-Version": "2024-01-01"}


@pytest_asyncio.fixture
async def door() -> AsyncIterator[AuthDoor]:
    async with auth_door() as opened:
        yield opened


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("token?grant_type=id_token", {"id_token": "x"}, 400, "unsupported_grant_type"),
        ("token?grant_type=Password", WHO, 400, "unsupported_grant_type"),
        ("token", {"password": "x"}, 400, "validation_failed"),
        ("token", {"phone": "+1", "password": "x"}, 422, "phone_provider_disabled"),
        ("token?grant_type=refresh_token", {}, 400, "validation_failed"),
        ("token?grant_type=refresh_token", {"refresh_token": ["x"]}, 400, "validation_failed"),
        ("signup", {"data": {}}, 422, "anonymous_provider_disabled"),
        ("signup", {"email": "ann@example.com"}, 400, "validation_failed"),
        ("signup", {"phone": "+1", "password": "a long password"}, 422, "phone_provider_disabled"),
        ("signup", {"email": "nowhere", "password": "a long password"}, 400, "email_address_invalid"),
        ("signup", {**WHO, "data": "text"}, 400, "validation_failed"),
    ],
)
async def test_wrong_requests_are_named(door: AuthDoor, path: str, body: Any, status: int, code: str) -> None:
    """Each fault has GoTrue's status and code."""
    answer = await ask(door.app, "POST", path, body)
    assert (answer.status, answer.json["code"], answer.json["error_code"]) == (status, status, code)
    assert answer.json["msg"]


@pytest.mark.parametrize("body", [b"", b"{", b"email=a&password=b", b"\xff", b"[" * 30_000, b'"text"', b"null"])
async def test_what_is_no_json_object_is_refused(door: AuthDoor, body: bytes) -> None:
    """400 with a code, whatever is sent instead of JSON; forms too."""
    answer = await fetch(door.app, "/auth/v1/token", method="POST", body=body)
    assert answer.status == 400
    assert answer.json["error_code"] in {"bad_json", "validation_failed"}


@pytest.mark.parametrize(
    ("asked", "newer"), [("2024-01-01", True), ("2026-05-05", True), ("2023-12-31", False), ("x", False)]
)
async def test_newer_clients_get_the_name_as_code(door: AuthDoor, asked: str, newer: bool) -> None:
    """From X-Supabase-Api-Version 2024-01-01 on: {code, message} and the header back; before it the status as code."""
    answer = await ask(door.app, "POST", "token", WHO, **{"X-Supabase-Api-Version": asked})
    if newer:
        assert answer.json == {"code": "invalid_credentials", "message": "Invalid login credentials"}
        assert answer.headers["x-supabase-api-version"] == "2024-01-01"
    else:
        assert (answer.json["code"], answer.json["msg"]) == (400, "Invalid login credentials")
        assert "x-supabase-api-version" not in answer.headers


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        ("", 401, "no_authorization"),
        ("Basic abc", 401, "no_authorization"),
        ("Bearer ", 401, "no_authorization"),
        ("Bearer forged", 403, "bad_jwt"),
        (f"Bearer {ANON_TOKEN}", 403, "bad_jwt"),
        ("bearer \xff\xfe", 403, "bad_jwt"),
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "user"), ("PUT", "user"), ("POST", "logout")])
async def test_without_a_good_token_nothing_is_told(
    door: AuthDoor, method: str, path: str, header: str, status: int, code: str
) -> None:
    """401 where there is none, 403 where it is not good or speaks for nobody."""
    body = {} if method == "PUT" else None
    raw = b"" if body is None else b"{}"
    told = {"Authorization": header} if header else {}
    pairs = {name: value.encode("latin-1").decode("latin-1") for name, value in told.items()}
    answer = await fetch(door.app, f"/auth/v1/{path}", method=method, body=raw, headers=pairs)
    assert (answer.status, answer.json["error_code"]) == (status, code)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"app_metadata": {"role": "admin"}}, 403, "not_admin"),
        ({"phone": "+1"}, 422, "phone_provider_disabled"),
        ({"data": []}, 400, "validation_failed"),
    ],
)
async def test_what_a_person_may_not_change(door: AuthDoor, body: Any, status: int, code: str) -> None:
    """What the server would have to ignore is refused instead."""
    session = await signed_up(door.app)
    answer = await ask(door.app, "PUT", "user", body, token=session["access_token"])
    assert (answer.status, answer.json["error_code"]) == (status, code)


@pytest.mark.parametrize("path", ["/auth/v1/.well-known/jwks.json", "/.well-known/jwks.json"])
async def test_public_keys_are_for_everybody(door: AuthDoor, path: str) -> None:
    """The key set as the module has it, which may be kept for ten minutes."""
    answer = await fetch(door.app, path)
    assert (answer.status, answer.body) == (200, KEYS)
    assert answer.headers["cache-control"] == "public, max-age=600"


async def test_health_names_the_service(door: AuthDoor) -> None:
    """GET /health: {version, name, description}."""
    answer = await ask(door.app, "GET", "health")
    assert answer.json["name"] == "GoTrue"
    assert set(answer.json) == {"version", "name", "description"}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path", ["admin/users", "admin/generate_link", "invite", "recover", "otp", "authorize", "x/../user"]
)
async def test_what_is_not_offered_is_absent(door: AuthDoor, method: str, path: str) -> None:
    """404 in the door's own form, for the administration too: no token opens it."""
    session = await signed_up(door.app)
    answer = await ask(door.app, method, path, token=session["access_token"])
    assert (answer.status, answer.json["code"], answer.json["error_code"]) == (404, 404, "not_found")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("recover", "sends no mail; an operator sets a new password"),
        ("otp", "sends no mail"),
        ("admin/users", "`nexy users`"),
        ("authorize", "by address and password"),
        ("factors/x/verify", "by address and password"),
    ],
)
async def test_what_is_not_offered_names_what_is(door: AuthDoor, path: str, words: str) -> None:
    """Whoever forgot a password is told of the operator, not of the commands for accounts in general."""
    answer = await ask(door.app, "POST", path)
    assert answer.json["msg"].startswith("Not offered here: ")
    assert words in answer.json["msg"]


@pytest.mark.parametrize("key", ["nexy_" + "a" * 43, "nexy_device_x"])
@pytest.mark.parametrize(("method", "path"), [("GET", "user"), ("PUT", "user"), ("POST", "logout")])
async def test_a_key_is_told_to_sign_in(door: AuthDoor, method: str, path: str, key: str) -> None:
    """403 not_signed_in, whether the key is good or not: nobody looks."""
    answer = await ask(door.app, method, path, {} if method == "PUT" else None, token=key)
    assert (answer.status, answer.json["error_code"]) == (403, "not_signed_in")
    assert "key opens no account" in answer.json["msg"]
    assert door.access.asked == []


async def test_a_wrong_method_is_told(door: AuthDoor) -> None:
    """405 with the methods that there are."""
    answer = await ask(door.app, "DELETE", "user")
    assert (answer.status, answer.json["error_code"]) == (405, "method_not_allowed")
    assert {part.strip() for part in answer.headers["allow"].split(",")} == {"GET", "HEAD", "PUT"}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Unavailable("the database is away"), 503, "unexpected_failure"),
        (Internal("x"), 500, "unexpected_failure"),
        (ValidationFailed("Signups not allowed for this instance", code="signup_disabled"), 422, "signup_disabled"),
        (ValidationFailed("expired", code="session_expired"), 400, "session_expired"),
        (ValidationFailed("same", code="same_password"), 422, "same_password"),
    ],
)
@pytest.mark.parametrize("headers", [{}, NEWER])
async def test_refusals_of_the_module_keep_their_meaning(
    door: AuthDoor, error: NexyError, status: int, code: str, headers: dict[str, str]
) -> None:
    """Each has one status and one code in both forms."""
    door.access.refusal = error
    answer = await ask(door.app, "POST", "signup", WHO, **headers)
    assert answer.status == status
    assert answer.json["code" if headers else "error_code"] == code
