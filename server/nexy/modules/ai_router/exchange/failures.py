"""What goes wrong between us and a provider, as errors of the one taxonomy.

A provider's refusal of our key is not the caller's fault, so it is `Unavailable` like every other fault upstream;
a refusal of the request itself is the caller's, and another try of the same would meet it again.
"""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime

import aiohttp

from nexy.contracts.errors import DeadlineExceeded, NexyError, Unavailable, ValidationFailed
from nexy.modules.ai_router.exchange.resolver import PrivateAddress

_AUTH = (401, 403)
# Payment, time and rate: the same request may be served later, or by somebody else's account.
_PASSING = (402, 408, 425, 429)
_UNKNOWN = 404


def is_refusal(status: int) -> bool:
    """Whether the status says that the request itself is at fault."""
    return 400 <= status < 500 and status not in _AUTH and status not in _PASSING


def refusal(status: int, reason: str, remedy: str) -> NexyError:
    """The caller's own fault, with the provider's reason made safe and what can be done about it."""
    why = f": {reason.rstrip('.')}." if reason else f" with status {status}."
    told = f"The language model server refuses the request{why} {remedy}".rstrip()
    return ValidationFailed(told, code="provider_refused", field="model" if status == _UNKNOWN else None)


def failure_of_status(status: int, headers: Mapping[str, str], now: datetime) -> NexyError:
    """The failure that an HTTP status other than 200 means, where it is not the caller's fault."""
    return failed_with(status, retry_after_seconds(headers.get("Retry-After", ""), now))


def failed_with(status: int, wait: float | None = None) -> NexyError:
    """The same where the status was told in another way: in a body, or amid a stream."""
    if status in _AUTH:
        return Unavailable("The language model server refuses the configured key.", code="provider_auth")
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


def translated(failure: BaseException) -> NexyError | None:
    """A failure of the HTTP client as a `NexyError`; None for anything else."""
    match failure:
        case NexyError():
            return None
        case TimeoutError():
            return DeadlineExceeded(
                "The language model server cannot be reached in time.", code="provider_connect_timeout"
            )
        case aiohttp.ClientPayloadError():
            return died()
        case aiohttp.ClientResponseError() | aiohttp.InvalidURL():
            return garbage()
        case aiohttp.ClientConnectorError(os_error=PrivateAddress()):
            return Unavailable(
                "The language model server is at a private address, which ai_router.allow_private_addresses forbids; "
                "LLM_ALLOW_PRIVATE_ADDRESSES=true allows it.",
                code="provider_private_address",
            )
        case aiohttp.ClientError() | OSError():
            return Unavailable("The language model server cannot be reached.", code="provider_unreachable")
        case _:
            return None


def died() -> NexyError:
    """The answer ended before it was complete."""
    return Unavailable("The language model's answer broke off.", code="provider_died")


def garbage() -> NexyError:
    """What came is not of the wire."""
    return Unavailable("The language model server sent what is no answer.", code="provider_garbage")
