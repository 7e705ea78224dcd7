"""What goes wrong between us and a provider, as errors of the one taxonomy.

A provider's refusal of our key is not the caller's fault, so it is `Unavailable` like every other fault upstream.
"""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime

import aiohttp

from nexy.contracts.errors import DeadlineExceeded, NexyError, Unavailable

_AUTH = (401, 403)
_NO_EVENTS = ("text/html", "application/json")


def check_answer(response: aiohttp.ClientResponse, now: datetime) -> None:
    """Raise `Unavailable` unless the answer is a stream of events."""
    if response.status != 200:
        raise failure_of_status(response.status, response.headers, now)
    if response.content_type in _NO_EVENTS:
        raise Unavailable("The language model server sent what is no answer.", code="provider_garbage")


def failure_of_status(status: int, headers: Mapping[str, str], now: datetime) -> NexyError:
    """The failure that an HTTP status other than 200 means."""
    if status in _AUTH:
        return Unavailable("The language model server refuses the configured key.", code="provider_auth")
    wait = retry_after_seconds(headers.get("Retry-After", ""), now)
    return Unavailable(
        f"The language model server answered with status {status}.",
        code=f"provider_{status}",
        retry_after_seconds=wait,
    )


def retry_after_seconds(value: str, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header (RFC 9110: seconds or a date); None where there is no sensible one."""
    value = value.strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    try:
        due = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max((due - now).total_seconds(), 0.0) if due.tzinfo else None


@contextmanager
def translated() -> Generator[None, None, None]:
    """Turn failures of the HTTP client into `NexyError`."""
    try:
        yield
    except TimeoutError as late:
        raise DeadlineExceeded(
            "The language model server cannot be reached in time.", code="provider_connect_timeout"
        ) from late
    except aiohttp.ClientPayloadError as broken:
        raise Unavailable("The language model's answer broke off.", code="provider_died") from broken
    except (aiohttp.ClientResponseError, aiohttp.InvalidURL) as strange:
        raise Unavailable("The language model server sent what is no answer.", code="provider_garbage") from strange
    except (aiohttp.ClientError, OSError) as lost:
        raise Unavailable("The language model server cannot be reached.", code="provider_unreachable") from lost
