"""What goes wrong upstream, as errors of the one taxonomy."""

from datetime import UTC, datetime

import aiohttp
import pytest

from nexy.contracts.errors import DeadlineExceeded, NexyError, Unavailable, ValidationFailed
from nexy.modules.ai_router.exchange.failures import (
    failure_of_status,
    is_refusal,
    refusal,
    retry_after_seconds,
    translated,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Sat, 21 Nov 2026 12:01:30 GMT", 90.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("Sat, 21 Nov 2026 12:01:30 -0000", None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("٧", None),
        ("9" * 400, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    """RFC 9110 allows both forms; anything else is no wish at all."""
    assert retry_after_seconds(value, NOW) == seconds


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "provider_auth"),
        (403, "provider_auth"),
        (307, "provider_307"),
        (402, "provider_402"),
        (408, "provider_408"),
        (429, "provider_429"),
        (502, "provider_502"),
    ],
)
def test_every_status_is_unavailable_with_its_code(status: int, code: str) -> None:
    """A caller cannot mend anything of this; the operator reads the code."""
    error = failure_of_status(status, {"Retry-After": "3"}, NOW)
    assert (type(error), error.code) == (Unavailable, code)
    assert error.retry_after_seconds == (None if code == "provider_auth" else 3)


@pytest.mark.parametrize(
    ("raised", "kind", "code"),
    [
        (aiohttp.ConnectionTimeoutError(), DeadlineExceeded, "provider_connect_timeout"),
        (aiohttp.ServerDisconnectedError(), Unavailable, "provider_unreachable"),
        (aiohttp.ClientPayloadError(), Unavailable, "provider_died"),
        (aiohttp.InvalidURL("x"), Unavailable, "provider_garbage"),
        (ConnectionResetError(), Unavailable, "provider_unreachable"),
        (OSError(24, "too many open files"), Unavailable, "provider_unreachable"),
    ],
)
def test_failures_of_the_client_are_translated(raised: Exception, kind: type[NexyError], code: str) -> None:
    """No exception of the HTTP library crosses the module's edge."""
    known = translated(raised)
    assert (type(known), known and known.code) == (kind, code)


@pytest.mark.parametrize("other", [DeadlineExceeded("late", code="mine"), GeneratorExit(), ValueError()])
def test_what_is_not_the_clients_is_left_alone(other: BaseException) -> None:
    """Our own failures pass untouched, and a defect stays one."""
    assert translated(other) is None


@pytest.mark.parametrize(
    ("status", "refused"),
    [
        (200, False),
        (307, False),
        (400, True),
        (401, False),
        (402, False),
        (403, False),
        (404, True),
        (408, False),
        (413, True),
        (422, True),
        (425, False),
        (429, False),
        (500, False),
    ],
)
def test_only_a_fault_of_the_request_is_a_refusal(status: int, *, refused: bool) -> None:
    """Keys, money, time and rate are not what the caller wrote."""
    assert is_refusal(status) is refused


def test_a_refusal_says_why_and_what_helps() -> None:
    """Reason and remedy follow each other; without a reason there is the status."""
    error = refusal(404, "model 'x' not found.", "`ollama pull x` brings it.")
    assert (type(error), error.code, error.field) == (ValidationFailed, "provider_refused", "model")
    assert error.message.endswith("request: model 'x' not found. `ollama pull x` brings it.")
    bare = refusal(422, "", "")
    assert (bare.message.rpartition(" ")[2], bare.field) == ("422.", None)
