"""Names and pages that may come in."""

import pytest

from nexy.config.api_section import ApiConfig, ApiLimitsConfig
from nexy.contracts.errors import ConfigurationInvalid
from nexy.transport.http_service.gate import Gate
from support.asgi import fetch, post
from support.http_door import http_door

PAGE = "https://app.example.com"


async def status(config: ApiConfig, **headers: str) -> int:
    async with http_door(config=config) as door:
        return (await fetch(door.app, "/v1/models", headers=headers)).status


@pytest.mark.parametrize(
    ("host", "allowed", "status_code"),
    [
        ("127.0.0.1:8000", "", 200),
        ("[::1]:8000", "", 200),
        ("192.0.2.1", "", 200),
        ("localhost:8000", "", 200),
        ("LOCALHOST", "", 200),
        ("nexy.localhost", "", 200),
        ("rebound.example", "", 403),
        ("127.0.0.1.evil.example", "", 403),
        ("localhost.evil.example", "", 403),
        ("ai-router:8000", "", 403),
        ("ai-router:8000", "ai-router, other", 200),
        ("a.b.example.com", "*.example.com", 200),
        ("example.com.evil", "*.example.com", 403),
        ("anything", "*", 200),
        ("example.com", "*.example.com", 403),
        ("evilexample.com", "*.example.com", 403),
        ("A.EXAMPLE.com:443", "*.Example.com", 200),
        ("localhost:evil", "", 403),
        ("localhost@evil.example", "", 403),
        ("0x7f.1", "", 403),
        ("\xff\xfe", "", 403),
    ],
)
async def test_hosts(host: str, allowed: str, status_code: int) -> None:
    """Plain addresses and this machine's own names come in, others by the list: DNS rebinding does not."""
    assert await status(ApiConfig(allowed_hosts=allowed), host=host) == status_code


@pytest.mark.parametrize(
    ("origin", "host", "allowed", "status_code"),
    [
        ("http://localhost:8000", "localhost:8000", "", 200),
        ("http://localhost:3000", "localhost:8000", "", 403),
        (PAGE, "localhost", "", 403),
        (PAGE, "localhost", f"https://x.example, {PAGE}/", 200),
        ("https://app.example.com.evil", "localhost", PAGE, 403),
        ("null", "localhost", PAGE, 403),
        ("null", "localhost", "*", 200),
        (PAGE.upper(), "localhost", PAGE, 200),
        ("http://app.example.com", "localhost", PAGE, 403),
        (f"{PAGE}:8443", "localhost", PAGE, 403),
        ("http://localhost:8000", "LOCALHOST:8000", "", 200),
        ("", "localhost", PAGE, 403),
        ("https://evil.example/http://localhost", "localhost", "", 403),
        ("http://localhost:5173", "localhost", "http://localhost:*", 200),
        ("http://localhost", "localhost:8000", "http://localhost:*", 200),
        ("http://127.0.0.1:5173", "localhost", "http://localhost:*", 403),
        ("https://localhost:5173", "localhost", "http://localhost:*", 403),
        ("http://localhost:evil", "localhost", "http://localhost:*", 403),
        ("http://localhost:5173.evil.example", "localhost", "http://localhost:*", 403),
        ("http://localhost.evil.example:5173", "localhost", "http://localhost:*", 403),
        ("http://[::1]:3000", "localhost", "http://[::1]:*, http://localhost:*", 200),
    ],
)
async def test_origins(origin: str, host: str, allowed: str, status_code: int) -> None:
    """A page of the same address may ask, others by the list, where `:*` is any port and none."""
    assert await status(ApiConfig(allowed_origins=allowed), origin=origin, host=host) == status_code


@pytest.mark.parametrize("path", ["/v1/models", "/health", "/api/v1/route"])
async def test_an_admitted_page_may_read_the_reply(path: str) -> None:
    """The CORS headers are on every reply, refusals and the framework's own among them."""
    async with http_door(config=ApiConfig(allowed_origins=PAGE)) as door:
        answer = await fetch(door.app, path, headers={"origin": PAGE})
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert answer.headers["vary"] == "Origin"
    assert "X-Nexy-Provider" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/health"])
async def test_a_browser_may_ask_first(path: str) -> None:
    """The question before the question is answered without work, for admitted pages only."""
    wanted = {"access-control-request-method": "POST", "access-control-request-headers": "authorization\r\nx: y"}
    async with http_door(config=ApiConfig(allowed_origins=PAGE)) as door:
        answer = await fetch(door.app, path, method="OPTIONS", headers={**wanted, "origin": PAGE})
        stranger = await fetch(door.app, path, method="OPTIONS", headers={**wanted, "origin": "https://evil.example"})
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-headers"] == "authorizationx: y"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert stranger.status == 403


async def test_without_an_origin_no_header_is_added() -> None:
    """Programs that are no browsers see nothing of this."""
    async with http_door(config=ApiConfig(allowed_origins=PAGE)) as door:
        answer = await fetch(door.app, "/v1/models")
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_the_table_of_names_is_bounded() -> None:
    """A scan of names does not grow it, and changes nothing for those that may come in."""
    config = ApiConfig(allowed_hosts="mine.example", limits=ApiLimitsConfig(remembered_hosts=2))
    async with http_door(config=config) as door:
        for number in range(5):
            assert (await fetch(door.app, "/v1/models", host=f"h{number}.example")).status == 403
            assert (await fetch(door.app, "/v1/models", host="mine.example")).status == 200


async def test_a_browser_remembers_the_answer_as_long_as_configured() -> None:
    """Without a word of what it wants to send it may send the usual."""
    asked = {"origin": PAGE, "access-control-request-method": "POST"}
    config = ApiConfig(allowed_origins=PAGE, limits=ApiLimitsConfig(preflight_seconds=5))
    async with http_door(config=config) as door:
        answer = await fetch(door.app, "/v1/chat/completions", method="OPTIONS", headers=asked)
    assert answer.headers["access-control-max-age"] == "5"
    assert answer.headers["access-control-allow-headers"] == "content-type, authorization"


async def test_an_admitted_page_reads_streams_and_refusals() -> None:
    """The headers are there before the first word, and beside a wrong key."""
    config = ApiConfig(allowed_origins=PAGE, keys="ada=right")
    body = {"task_type": "debugging", "query": "x", "stream": True}
    async with http_door(config=config) as door:
        streamed = await post(door.app, "/api/v1/route", body, origin=PAGE)
        wrong = await post(door.app, "/api/v1/route", body, origin=PAGE, x_api_key="guess")
    assert (streamed.status, wrong.status) == (200, 401)
    assert streamed.headers["access-control-allow-origin"] == wrong.headers["access-control-allow-origin"] == PAGE


@pytest.mark.parametrize(
    "origin",
    [
        "foo",
        "app.example.com",
        "https://",
        "https://a/b",
        "https://u@a",
        "https://*.a",
        "*:*",
        "http://a:*:*",
        "http://a:5*",
    ],
)
def test_an_origin_that_is_none_ends_the_start(origin: str) -> None:
    """No browser would ever send it, so the operator meant another; the key and its variable are named."""
    with pytest.raises(ConfigurationInvalid, match="API_ALLOWED_ORIGINS") as refused:
        Gate(ApiConfig(allowed_origins=f"{PAGE}, {origin}"))
    assert refused.value.field == "api.allowed_origins"


@pytest.mark.parametrize(
    "origins",
    [
        "",
        "*",
        "null",
        "http://localhost:*",
        "http://localhost:5173/, HTTPS://A.example",
        "vscode-webview://1a2b",
        "http://[::1]:3000",
    ],
)
def test_origins_as_browsers_send_them(origins: str) -> None:
    """With a port, of a program's own pages, of a page from a file."""
    Gate(ApiConfig(allowed_origins=origins))
