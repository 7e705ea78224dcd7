"""Pages that may not ask: what they, and who runs the server, are told."""

import logging

import pytest

from nexy.contracts.errors import PermissionDenied
from nexy.transport.http_service.origins import Origins
from support.asgi import fetch
from support.clock import FakeClock
from support.http_door import http_door

PAGE = "http://localhost:5173"


def refusal(origins: Origins, page: str) -> str:
    with pytest.raises(PermissionDenied) as refused:
        origins.refuse_strange(page)
    assert refused.value.field == "Origin"
    return refused.value.message


async def test_a_browser_is_told_the_setting() -> None:
    """403 with a body that names the page and the variable, for the question before the question too."""
    asks_first = {"origin": PAGE, "access-control-request-method": "POST"}
    async with http_door() as door:
        for method, headers in (("OPTIONS", asks_first), ("GET", {"origin": PAGE})):
            answer = await fetch(door.app, "/v1/models", method=method, headers=headers)
            assert answer.status == 403
            assert f"{PAGE}; who runs it can add that to API_ALLOWED_ORIGINS" in answer.json["error"]["message"]


def test_pages_of_this_machine_are_strangers_too() -> None:
    """Any program on it may show a page: each is named, or all ports of a name are."""
    assert PAGE in refusal(Origins("", FakeClock()), PAGE)
    Origins("http://localhost:*", FakeClock()).refuse_strange(PAGE)


def test_the_log_names_the_page_and_has_an_end(caplog: pytest.LogCaptureFixture) -> None:
    """Five lines at once, then one in ten seconds, however many pages ask."""
    clock = FakeClock()
    origins = Origins("", clock)
    caplog.set_level(logging.INFO, "nexy.http")
    for number in range(50):
        refusal(origins, f"http://page-{number}.example")
    assert len(caplog.records) == 5
    clock.advance(10)
    refusal(origins, PAGE)
    refusal(origins, PAGE)
    last = vars(caplog.records[-1])
    assert (len(caplog.records), last["decision"], last["levelname"]) == (6, "abort", "WARNING")
    assert last["ctx"] == {"origin": PAGE, "setting": "API_ALLOWED_ORIGINS"}


def test_what_a_page_calls_itself_is_said_back_in_one_line() -> None:
    """Whatever it is: short, and printable."""
    told = refusal(Origins("", FakeClock()), "http://" + "a\n" * 1000)
    assert "\n" not in told
    assert len(told) < 200
