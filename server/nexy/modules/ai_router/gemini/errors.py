"""What an error of the wire means (Gemini docs, "Troubleshooting guide"; google.rpc.ErrorInfo and RetryInfo)."""

from nexy.contracts.errors import NexyError, Unavailable
from nexy.modules.ai_router.exchange.failures import failed_with, is_refusal, refusal
from nexy.modules.ai_router.gemini.wire import Failing

_BAD_KEY = frozenset(
    ("API_KEY_INVALID", "API_KEY_SERVICE_BLOCKED", "API_KEY_HTTP_REFERRER_BLOCKED", "API_KEY_IP_ADDRESS_BLOCKED")
)
_UNPAID = "FAILED_PRECONDITION"
_UNAUTHORIZED, _PAYMENT = 401, 402


def failure_in_stream(error: Failing) -> NexyError:
    """The failure that an event tells; its code is the status that it would have been."""
    status = error.code
    if status is None or not 400 <= status < 600:
        return Unavailable("The language model server reported an error.", code="provider_error")
    return failure_beyond_status(status, error) or (
        refusal(status, "", "") if is_refusal(status) else failed_with(status)
    )


def failure_beyond_status(status: int, error: Failing | None) -> NexyError | None:
    """A bad key and a free tier that is not to be had come as a 400, the time to wait in the body, not in a header."""
    if error is None:
        return None
    details = error.details or []
    if any(detail.reason in _BAD_KEY for detail in details):
        return failed_with(_UNAUTHORIZED)
    if error.status == _UNPAID:
        return failed_with(_PAYMENT)
    waits = [_seconds(detail.retry_delay) for detail in details if detail.retry_delay]
    wait = next((seconds for seconds in waits if seconds is not None), None)
    return failed_with(status, wait) if wait is not None and not is_refusal(status) else None


def _seconds(duration: str) -> float | None:
    """Seconds of a google.protobuf.Duration in JSON: "3.5s"."""
    number = duration.removesuffix("s")
    plain = number.isascii() and number.replace(".", "", 1).isdigit() and len(number) < 20
    return float(number) if plain and number != duration else None
