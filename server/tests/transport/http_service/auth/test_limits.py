"""How much, how fast and from where /auth/v1 is asked."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from nexy.config.access_section import AccessConfig
from nexy.config.api_section import ApiConfig, ApiLimitsConfig
from nexy.contracts.accounts import RefreshSession, SignIn, SignUp
from nexy.contracts.errors import RateLimitExceeded
from support.asgi import fetch
from support.auth_door import WHO, AuthDoor, ask, auth_app, auth_door, signed_up


@pytest_asyncio.fixture
async def door() -> AsyncIterator[AuthDoor]:
    async with auth_door() as opened:
        yield opened


async def test_too_many_tries_are_told_to_wait(door: AuthDoor) -> None:
    """429 over_request_rate_limit with Retry-After, as the module says."""
    door.access.refusal = RateLimitExceeded("too fast", retry_after_seconds=11.2)
    answer = await ask(door.app, "POST", "token", WHO)
    assert (answer.status, answer.json["error_code"], answer.headers["retry-after"]) == (
        429, "over_request_rate_limit", "11",
    )  # fmt: skip


async def test_addresses_are_limited_as_on_every_door() -> None:
    """With a limit for callers the one more is refused before its body is read."""
    slow = ApiConfig(limits=ApiLimitsConfig(per_second=0.01, burst=2))
    async with auth_door(api=slow) as door:
        statuses = [(await ask(door.app, "POST", "token", WHO)).status for _ in range(3)]
        assert statuses == [400, 400, 429]
        assert len(door.access.asked) == 2


async def test_a_large_body_is_not_read() -> None:
    """413 beyond `access.max_body_bytes`; the connection is closed, since the rest of it was not read."""
    async with auth_door(access=AccessConfig(max_body_bytes=1024)) as door:
        answer = await ask(door.app, "POST", "signup", {**WHO, "data": {"text": "x" * 2000}})
        assert (answer.status, answer.json["error_code"]) == (413, "too_large")
        assert answer.headers["connection"] == "close"
        assert not door.access.asked


async def test_a_slow_body_is_given_up() -> None:
    """408 request_timeout when the rest does not come in time."""
    hasty = ApiConfig(limits=ApiLimitsConfig(body_seconds=0.1))
    async with auth_door(api=hasty) as door:
        never = asyncio.Event()

        async def receive() -> Any:
            await never.wait()

        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        await door.app({"type": "http", "method": "POST", "path": "/auth/v1/token", "query_string": b"",
                        "headers": [(b"content-length", b"10")], "client": ("test", 1)}, receive, send)  # fmt: skip
        assert sent[0]["status"] == 408
        assert json.loads(sent[1]["body"])["error_code"] == "request_timeout"


async def test_without_the_module_the_door_says_so() -> None:
    """503 where there is no database, and so no accounts."""
    app = auth_app(None, ApiConfig(), AccessConfig())
    answer = await fetch(app, "/auth/v1/token", method="POST", body=json.dumps(WHO).encode())
    assert answer.status == 503


async def test_the_module_is_told_where_a_try_comes_from(door: AuthDoor) -> None:
    """Tries are counted by address: that of the nearest hop which is no trusted proxy."""
    await fetch(door.app, "/auth/v1/signup", method="POST", body=json.dumps(WHO).encode(), client="203.0.113.7")
    behind = {"X-Forwarded-For": "198.51.100.9"}
    await fetch(door.app, "/auth/v1/token", method="POST", body=json.dumps(WHO).encode(), client="127.0.0.1",
                headers=behind)  # fmt: skip
    addresses = [asked.address for asked in door.access.asked if isinstance(asked, SignUp | SignIn)]
    assert addresses == ["203.0.113.7", "198.51.100.9"]


async def test_a_customer_of_the_sixth_version_is_one_trier(door: AuthDoor) -> None:
    """Whoever has a network of 2^64 addresses is told apart by none of them, on every way in."""
    body = json.dumps({**WHO, "refresh_token": "x"}).encode()
    for number, (path, query) in enumerate((("signup", ""), ("token", ""), ("token", "grant_type=refresh_token"))):
        client = f"2001:db8:1:2:aaaa::{number}"
        await fetch(door.app, f"/auth/v1/{path}", method="POST", body=body, client=client, query=query)
    asked = [one.address for one in door.access.asked if isinstance(one, SignUp | SignIn | RefreshSession)]
    assert asked == ["2001:db8:1:2::"] * 3


async def test_pages_of_allowed_origins_read_the_version() -> None:
    """CORS: the preflight allows the clients' headers, and the reply shows X-Supabase-Api-Version."""
    origin = "https://app.example.com"
    async with auth_door(api=ApiConfig(allowed_origins=origin)) as door:
        wanted = "apikey,authorization,x-client-info,x-supabase-api-version"
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": wanted}
        first = await fetch(door.app, "/auth/v1/token", method="OPTIONS", headers=asked)
        assert "x-supabase-api-version" in first.headers["access-control-allow-headers"]
        answer = await ask(door.app, "POST", "token", WHO, Origin=origin)
        assert "X-Supabase-Api-Version" in answer.headers["access-control-expose-headers"]


async def test_the_door_adds_little(door: AuthDoor) -> None:
    """Less than 2 ms to the module's own time, in the middle of 200 sign-ins."""
    await signed_up(door.app)
    raw, took = json.dumps(WHO).encode(), []
    for _ in range(200):
        began = time.perf_counter()
        answer = await fetch(door.app, "/auth/v1/token", method="POST", body=raw)
        took.append(time.perf_counter() - began)
        assert answer.status == 200
    assert sorted(took)[100] < 0.002
