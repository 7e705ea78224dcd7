"""Whose fault a failure is, and whether the same question may be asked again at once."""

from nexy.contracts.errors import ErrorType, NexyError
from nexy.modules.ai_router.variables import VARIABLES

_OURS_TO_WAIT_FOR = (408, 429)
_CALLERS = frozenset((ErrorType.VALIDATION_FAILED, ErrorType.TOO_LARGE, ErrorType.CANCELLED_BY_USER))
REFUSED = "provider_refused"
"""The code of a refusal of the request itself."""
BLOCKED = "provider_blocked"
"""The code of an answer that the provider's own filter withheld; another provider may have another opinion."""
_UNREACHABLE = "provider_unreachable"
_AUTH = "provider_auth"
_PREFIX = "provider_"


def status_of(failure: NexyError) -> int | None:
    """The HTTP status that a provider answered with, where the failure is one."""
    digits = failure.code.removeprefix(_PREFIX)
    is_status = len(digits) == 3 and digits.isascii() and digits.isdecimal() and failure.code != digits
    return int(digits) if is_status else None


def is_callers_own(failure: NexyError) -> bool:
    """Whether the provider did what it should, and the question or the key is to be mended: 4xx but 408 and 429."""
    if failure.error_type in _CALLERS or failure.code == _AUTH:
        return True
    status = status_of(failure)
    return status is not None and 400 <= status < 500 and status not in _OURS_TO_WAIT_FOR


def may_be_asked_again(failure: NexyError) -> bool:
    """Whether a second try makes sense and costs nothing twice: 429 that says when, 5xx, no connection."""
    if failure.code == _UNREACHABLE:
        return True
    status = status_of(failure)
    if status == 429:
        return failure.retry_after_seconds is not None
    return status is not None and status >= 500


def name_the_key(failure: NexyError, provider: str) -> NexyError:
    """The failure; where a key is refused it tells now whose, and which variable holds it."""
    if failure.code == _AUTH and provider in VARIABLES:
        failure.message = f"{provider} refuses the configured key; set {VARIABLES[provider]} to one that it takes."
    return failure


def is_trouble(failure: NexyError) -> bool:
    """Whether other questions would fail in the same way, so that somebody should know."""
    return failure.code == _AUTH or not is_callers_own(failure)
