"""The doors of the Supabase clients stand on a listener of their own and on that of the API."""

import asyncio
import uuid
from typing import Any

import aiohttp
import pytest

from support.supabase_doors import PASSWORD, Served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


async def asked(method: str, url: str, token: str = "", **more: Any) -> tuple[int, Any]:
    """Status and JSON, with nothing in the request that curl would not send."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session:
        async with session.request(method, url, headers=headers, **more) as answer:
            return answer.status, await answer.json(content_type=None)


def both(doors: Served) -> list[str]:
    """The two addresses."""
    return [doors.url, doors.api_url]


async def test_the_plain_calls_of_the_testing_protocol(nexy_doors: Served) -> None:
    """§2.1 and §2.2: a token for address and password alone, and one's own rows for the token alone."""
    who = {"email": f"curl-{uuid.uuid4()}@example.com", "password": PASSWORD}
    status, _ = await asked("POST", f"{nexy_doors.url}/auth/v1/signup", json=who)
    assert status == 200
    for address in both(nexy_doors):
        status, session = await asked("POST", f"{address}/auth/v1/token", json=who)
        assert status == 200
        token = session["access_token"]
        assert await asked("POST", f"{address}/rest/v1/projects", token, json={"name": "one"})
        status, rows = await asked("GET", f"{address}/rest/v1/projects", token)
        assert (status, {row["user_id"] for row in rows}) == (200, {session["user"]["id"]})


async def test_both_show_the_same_keys(nexy_doors: Served) -> None:
    """A token of one listener is verified with the keys of the other."""
    paths = ("/auth/v1/.well-known/jwks.json", "/.well-known/jwks.json")
    urls = [f"{address}{path}" for address in both(nexy_doors) for path in paths]
    told = await asyncio.gather(*(asked("GET", url) for url in urls))
    assert {status for status, _ in told} == {200}
    assert all(keys == told[0][1] for _, keys in told)
    assert {key["alg"] for key in told[0][1]["keys"]} == {"ES256"}
    assert all("d" not in key for key in told[0][1]["keys"])


@pytest.mark.parametrize(
    "path", ["/auth/v1/admin/users", "/storage/v1/bucket", "/functions/v1/hello", "/realtime/v1/websocket", "/pg/query"]
)
async def test_what_is_not_offered_is_not_there(nexy_doors: Served, path: str) -> None:
    """404 with a body in JSON on both, also for the anon key."""
    for address in both(nexy_doors):
        status, told = await asked("GET", f"{address}{path}", nexy_doors.anon_key)
        assert status == 404
        assert told


async def test_the_api_alone_has_the_rest(nexy_doors: Served) -> None:
    """Metrics and the code assistant are not on the listener that front ends are given."""
    for path in ("/metrics", "/v1/models", "/api/v1/providers"):
        status, _ = await asked("GET", f"{nexy_doors.url}{path}")
        assert status == 404


async def test_wrong_passwords_are_counted_whichever_listener_they_came_by(nexy_doors: Served) -> None:
    """auth_events_total on /metrics, so that somebody can be woken."""
    before = await _refused_sign_ins(nexy_doors)
    for address in both(nexy_doors):
        who = {"email": f"nobody-{uuid.uuid4()}@example.com", "password": PASSWORD}
        assert (await asked("POST", f"{address}/auth/v1/token", json=who))[0] == 400
    assert await _refused_sign_ins(nexy_doors) == before + 2


async def _refused_sign_ins(doors: Served) -> float:
    async with aiohttp.ClientSession() as session, session.get(f"{doors.api_url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    counted = 'auth_events_total{event="sign_in",outcome="refused"} '
    return sum(float(line.removeprefix(counted)) for line in lines if line.startswith(counted))
