"""What goes wrong upstream, as errors of the one taxonomy."""

from datetime import UTC, datetime

import aiohttp
import pytest

from nexy.contracts.errors import DeadlineExceeded, NexyError, Unavailable
from nexy.modules.ai_router.openai.failures import failure_of_status, retry_after_seconds, translated

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
        (404, "provider_404"),
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
    with pytest.raises(kind) as caught, translated():
        raise raised
    assert caught.value.code == code
    assert caught.value.__cause__ is raised


def test_our_own_failures_pass_untouched() -> None:
    """What is already a `NexyError` stays the same object."""
    own = DeadlineExceeded("late", code="mine")
    with pytest.raises(DeadlineExceeded) as caught, translated():
        raise own
    assert caught.value is own
