"""What an error of the wire means (Claude docs, "Claude API errors")."""

from nexy.contracts.errors import NexyError, Unavailable
from nexy.modules.ai_router.anthropic.wire import Failing
from nexy.modules.ai_router.exchange.failures import failed_with, is_refusal, refusal

_STATUS_OF = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "conflict_error": 409,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
# An account without money is told with the type of a bad request.
_UNPAID = "credit balance is too low"
_PAYMENT = 402


def failure_in_stream(error: Failing | None) -> NexyError:
    """The failure that an event tells: as if it had come as a status, which its type stands for."""
    status = _status_of(error)
    if status is None:
        return Unavailable("The language model server reported an error.", code="provider_error")
    return refusal(status, "", "") if is_refusal(status) else failed_with(status)


def failure_beyond_status(status: int, error: Failing | None) -> NexyError | None:
    """The failure where its type says another thing than the status: an overload may come as a plain 500."""
    told = _status_of(error)
    if told is None or told == status or is_refusal(told):
        return None
    return failed_with(told)


def _status_of(error: Failing | None) -> int | None:
    if error is None:
        return None
    return _PAYMENT if _UNPAID in (error.message or "").lower() else _STATUS_OF.get(error.type or "")
