"""Who is charged and limited."""

import pytest

from nexy.config.api_section import ApiConfig, ApiLimitsConfig
from nexy.contracts.errors import ConfigurationInvalid
from nexy.transport.http_service.callers import Callers
from nexy.utils.rate_limiter import RateLimiter
from support.asgi import fetch, post
from support.clock import FakeClock
from support.http_door import http_door

ASKED = {"task_type": "debugging", "query": "x"}


async def charged(config: ApiConfig, client: str, **headers: str) -> str:
    """Whose budget is asked."""
    async with http_door(config=config) as door:
        body = b'{"task_type": "debugging", "query": "x"}'
        await fetch(door.app, "/api/v1/route", method="POST", body=body, headers=headers, client=client)
        return door.usage.checked[0].hardware_id if door.usage.checked else ""


@pytest.mark.parametrize(
    ("client", "forwarded", "payer"),
    [
        ("192.0.2.7", "", "address:192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", "address:192.0.2.7"),
        ("127.0.0.1", "198.51.100.1", "address:198.51.100.1"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.1", "address:198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 127.0.0.1", "address:198.51.100.1"),
        ("127.0.0.1", "rubbish", "address:127.0.0.1"),
        ("2001:db8:1:2:aaaa::1", "", "address:2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::9", "", "address:2001:db8:1:2::"),
        ("unix", "", "address:unknown"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.1:4711", "address:198.51.100.1"),
        ("127.0.0.1", "203.0.113.9, [2001:db8:1:2::5]:99", "address:2001:db8:1:2::"),
        ("127.0.0.1", "203.0.113.9, unknown", "address:127.0.0.1"),
        ("127.0.0.1", "", "address:127.0.0.1"),
        ("127.0.0.1", "127.0.0.1, ::1", "address:127.0.0.1"),
        ("::ffff:127.0.0.1", "198.51.100.1", "address:198.51.100.1"),
        ("::ffff:192.0.2.7", "", "address:192.0.2.7"),
        ("fe80::1%eth0", "", "address:fe80::"),
    ],
)
async def test_addresses(client: str, forwarded: str, payer: str) -> None:
    """The nearest address that no trusted proxy told of itself; one customer of the sixth version is one."""
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert await charged(ApiConfig(), client, **headers) == payer


@pytest.mark.parametrize("headers", [{"authorization": "Bearer k2"}, {"authorization": "bearer  k2 "},
                                     {"x-api-key": "k2"}])  # fmt: skip
async def test_keys(headers: dict[str, str]) -> None:
    """A key is charged by its name, wherever it comes from; its text appears nowhere."""
    assert await charged(ApiConfig(keys="ada=k1, bob=k2"), "192.0.2.7", **headers) == "key:bob"


async def test_without_configured_keys_any_key_is_ignored() -> None:
    """Every client of the OpenAI wire sends one; nobody gains a fresh budget by inventing another."""
    assert await charged(ApiConfig(), "192.0.2.7", authorization="Bearer invented") == "address:192.0.2.7"


async def test_a_caller_without_a_key_stays_anonymous() -> None:
    """Keys are a name, not a wall, unless they are required."""
    assert await charged(ApiConfig(keys="ada=k1"), "192.0.2.7") == "address:192.0.2.7"
    assert await charged(ApiConfig(keys="ada=k1", key_required=True), "192.0.2.7") == ""


@pytest.mark.parametrize("keys", ["canary-secret", "=canary-secret", "a\tb=canary-secret", "x" * 61 + "=canary-secret"])
def test_keys_that_are_none_end_the_start(keys: str) -> None:
    """The error names the entry and never repeats it."""
    with pytest.raises(ConfigurationInvalid) as refused:
        Callers(ApiConfig(keys=keys), RateLimiter(0, 1, 1, FakeClock()))
    assert refused.value.field == "api.keys"
    assert "canary" not in refused.value.message


async def test_who_tries_keys_is_slowed_down() -> None:
    """Guesses count for the address that they come from."""
    limits = ApiLimitsConfig(per_second=0.01, burst=2)
    async with http_door(config=ApiConfig(keys="ada=k1", limits=limits)) as door:
        statuses = [(await post(door.app, "/api/v1/route", ASKED, x_api_key=f"guess{n}")).status for n in range(4)]
    assert statuses == [401, 401, 429, 429]


async def test_each_key_has_a_pace_of_its_own() -> None:
    """Two keys behind one address do not hinder each other."""
    limits = ApiLimitsConfig(per_second=0.01, burst=1)
    async with http_door(config=ApiConfig(keys="ada=k1, bob=k2", limits=limits)) as door:
        statuses = [(await post(door.app, "/api/v1/route", ASKED, x_api_key=key)).status for key in ("k1", "k2", "k1")]
    assert statuses == [200, 200, 429]


async def test_the_table_of_addresses_is_bounded() -> None:
    """A scan does not grow it, and whoever was forgotten is known again."""
    config = ApiConfig(limits=ApiLimitsConfig(remembered_addresses=3))
    async with http_door(config=config) as door:
        for number in range(10):
            answer = await fetch(door.app, "/v1/models", client=f"192.0.2.{number}")
            assert answer.status == 200


async def test_proxies_are_those_of_the_configuration() -> None:
    """An address that used to be trusted is not where others are named."""
    config = ApiConfig(trusted_proxies="192.0.2.1, 192.0.2.2")
    assert await charged(config, "127.0.0.1", **{"x-forwarded-for": "198.51.100.1"}) == "address:127.0.0.1"
    chain = {"x-forwarded-for": "203.0.113.9, 198.51.100.1, 192.0.2.2"}
    assert await charged(config, "192.0.2.1", **chain) == "address:198.51.100.1"


@pytest.mark.parametrize("header", ["Basic azE=", "Bearer", "Bearer ", "k1", "Bearer k1 k1", "Bearer \xfe"])
async def test_what_is_no_key_is_none(header: str) -> None:
    """Neither another scheme nor a part of a key opens the door."""
    async with http_door(config=ApiConfig(keys="ada=k1", key_required=True)) as door:
        answer = await fetch(door.app, "/v1/models", headers={"authorization": header})
    assert (answer.status, answer.json["error"]["code"]) == (401, "invalid_api_key")


@pytest.mark.parametrize(("header", "value"), [("X-API-Key", "guess"), ("Authorization", "Bearer guess")])
async def test_the_header_with_the_wrong_key_is_named(header: str, value: str) -> None:
    """Whoever sends one header is not told to mend another."""
    async with http_door(config=ApiConfig(keys="ada=right")) as door:
        answer = await fetch(door.app, "/api/v1/providers", headers={header.lower(): value})
    assert (answer.status, answer.json["error"]["fields"]) == (401, [header])
