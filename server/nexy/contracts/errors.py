"""The one error tree and the one taxonomy table.

Every failure that leaves a component is a `NexyError`; its type decides, by this table alone,
the gRPC status, the HTTP answer and what a client does about it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from nexy.contracts.routing import Attempt


class ErrorType(StrEnum):
    """The closed set of causes that a client can tell apart."""

    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    CANCELLED_BY_USER = "cancelled_by_user"
    STREAM_LIMIT_EXCEEDED = "stream_limit_exceeded"
    RATE_LIMIT_EXCEEDED = "rate_limit_exceeded"
    VALIDATION_FAILED = "validation_failed"
    INTERNAL = "internal"
    UNAUTHENTICATED = "unauthenticated"
    PERMISSION_DENIED = "permission_denied"
    NOT_FOUND = "not_found"
    BUDGET_EXHAUSTED = "budget_exhausted"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxonomyRow:
    """How one error type looks on each wire, and what the client is to do."""

    grpc_status: str
    http_status: int
    http_name: str
    client_action: str
    transient: bool = False


TAXONOMY: dict[ErrorType, TaxonomyRow] = {
    ErrorType.TIMEOUT: TaxonomyRow(
        grpc_status="DEADLINE_EXCEEDED",
        http_status=504,
        http_name="timeout",
        client_action="retry with back-off",
        transient=True,
    ),
    ErrorType.UNAVAILABLE: TaxonomyRow(
        grpc_status="UNAVAILABLE",
        http_status=503,
        http_name="unavailable",
        client_action="retry exponentially",
        transient=True,
    ),
    ErrorType.CANCELLED_BY_USER: TaxonomyRow(
        grpc_status="CANCELLED", http_status=499, http_name="cancelled", client_action="stop, no retry"
    ),
    ErrorType.STREAM_LIMIT_EXCEEDED: TaxonomyRow(
        grpc_status="RESOURCE_EXHAUSTED",
        http_status=429,
        http_name="rate_limited",
        client_action="back off 60 s, then retry",
        transient=True,
    ),
    ErrorType.RATE_LIMIT_EXCEEDED: TaxonomyRow(
        grpc_status="RESOURCE_EXHAUSTED",
        http_status=429,
        http_name="rate_limited",
        client_action="throttle locally, then retry",
        transient=True,
    ),
    ErrorType.VALIDATION_FAILED: TaxonomyRow(
        grpc_status="INVALID_ARGUMENT",
        http_status=422,
        http_name="validation_error",
        client_action="fix the request, no retry",
    ),
    ErrorType.INTERNAL: TaxonomyRow(
        grpc_status="INTERNAL", http_status=500, http_name="internal", client_action="surface, retry once"
    ),
    ErrorType.UNAUTHENTICATED: TaxonomyRow(
        grpc_status="UNAUTHENTICATED", http_status=401, http_name="invalid_token", client_action="sign in"
    ),
    ErrorType.PERMISSION_DENIED: TaxonomyRow(
        grpc_status="PERMISSION_DENIED",
        http_status=403,
        http_name="permission_denied",
        client_action="surface, no retry",
    ),
    ErrorType.NOT_FOUND: TaxonomyRow(
        grpc_status="NOT_FOUND", http_status=404, http_name="not_found", client_action="surface, no retry"
    ),
    ErrorType.BUDGET_EXHAUSTED: TaxonomyRow(
        grpc_status="RESOURCE_EXHAUSTED",
        http_status=429,
        http_name="budget_exhausted",
        client_action="wait for the next period",
    ),
    ErrorType.TOO_LARGE: TaxonomyRow(
        grpc_status="RESOURCE_EXHAUSTED",
        http_status=413,
        http_name="too_large",
        client_action="send less, no retry",
    ),
}


class NexyError(Exception):
    """Base of every failure that a caller may meet.

    `code` is stable for machines, `message` is for people and never carries prompts, answers or secrets,
    `field` names the offending input where there is one, `retry_after_seconds` tells when a retry makes sense,
    `attempts` which providers were tried before.
    """

    error_type: ClassVar[ErrorType] = ErrorType.INTERNAL

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        field: str | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.error_type.value
        self.field = field
        self.retry_after_seconds = retry_after_seconds
        self.attempts: Sequence[Attempt] = ()

    @property
    def taxonomy(self) -> TaxonomyRow:
        """The row of the table that this error belongs to."""
        return TAXONOMY[self.error_type]

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self.taxonomy.transient


class Internal(NexyError):
    """A defect of ours: nothing the caller can mend."""


class DeadlineExceeded(NexyError):
    """Something took longer than its configured time."""

    error_type = ErrorType.TIMEOUT


class Unavailable(NexyError):
    """A part that the request needs is down, off or still starting."""

    error_type = ErrorType.UNAVAILABLE


class CancelledByUser(NexyError):
    """The person interrupted the turn."""

    error_type = ErrorType.CANCELLED_BY_USER


class StreamLimitExceeded(NexyError):
    """All slots are taken, or the session already has a running turn."""

    error_type = ErrorType.STREAM_LIMIT_EXCEEDED


class RateLimitExceeded(NexyError):
    """The caller sends faster than it may."""

    error_type = ErrorType.RATE_LIMIT_EXCEEDED


class ValidationFailed(NexyError):
    """The request is malformed; `field` names the part to mend."""

    error_type = ErrorType.VALIDATION_FAILED


class SeveralMeant(ValidationFailed):
    """What was given fits several: none of them is touched; `candidates` are those, as lists show them."""

    candidates: Sequence[str] = ()


class Unauthenticated(NexyError):
    """The caller did not prove who it is."""

    error_type = ErrorType.UNAUTHENTICATED


class PermissionDenied(NexyError):
    """The caller is known and may not do this."""

    error_type = ErrorType.PERMISSION_DENIED


class NotFound(NexyError):
    """What was asked for does not exist for this caller."""

    error_type = ErrorType.NOT_FOUND


class BudgetExhausted(NexyError):
    """The period's money or tokens are spent."""

    error_type = ErrorType.BUDGET_EXHAUSTED


class TooLarge(NexyError):
    """The input is larger than its configured bound."""

    error_type = ErrorType.TOO_LARGE


class ConfigurationInvalid(NexyError):
    """A configured value cannot be used; `field` is the key's path."""

    error_type = ErrorType.VALIDATION_FAILED


class StartFailed(NexyError):
    """A required part could not start; the message is the one line that the operator reads."""

    error_type = ErrorType.UNAVAILABLE
