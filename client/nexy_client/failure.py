"""What can go wrong with a call, as one small tree."""

from collections.abc import Iterable

import grpc

OUTCOME_KEY = "nexy-outcome"
ERROR_TYPE_KEY = "nexy-error-type"
ERROR_CODE_KEY = "nexy-error-code"
RETRY_AFTER_KEY = "retry-after"


class VoiceError(Exception):
    """Base of every failure that this client raises."""


class ProtocolBroken(VoiceError):
    """The server sent something that the contract does not allow."""


class CallFailed(VoiceError):
    """A call did not end well.

    `status` is the gRPC status name; it is OK where an answer broke off after its first data, and `outcome` and
    `error_type` (the trailing metadata) then tell how, `error_code` most finely. `error_message` is the server's own
    message in the stream.
    """

    def __init__(
        self,
        *,
        status: str,
        error_message: str = "",
        details: str = "",
        outcome: str = "",
        error_type: str = "",
        error_code: str = "",
        retry_after_seconds: float | None = None,
    ) -> None:
        reason = error_message or details or outcome or "no reason given"
        super().__init__(f"{status}: {reason}")
        self.status = status
        self.error_message = error_message
        self.details = details
        self.outcome = outcome
        self.error_type = error_type
        self.error_code = error_code
        self.retry_after_seconds = retry_after_seconds

    @property
    def truncated(self) -> bool:
        """Whether part of an answer had arrived and the rest never will."""
        return self.status == grpc.StatusCode.OK.name


def failed_call(error: grpc.aio.AioRpcError, error_message: str = "") -> CallFailed:
    """The failure that a status other than OK stands for."""
    trailers = texts(error.trailing_metadata())
    return CallFailed(
        status=error.code().name,
        error_message=error_message,
        details=error.details() or "",
        outcome=trailers.get(OUTCOME_KEY, ""),
        error_type=trailers.get(ERROR_TYPE_KEY, ""),
        error_code=trailers.get(ERROR_CODE_KEY, ""),
        retry_after_seconds=_seconds(trailers.get(RETRY_AFTER_KEY)),
    )


def broken_off(trailing_metadata: Iterable[tuple[str, str | bytes]] | None, error_message: str = "") -> CallFailed:
    """The failure of an answer that ended with status OK and without its end."""
    trailers = texts(trailing_metadata)
    return CallFailed(
        status=grpc.StatusCode.OK.name,
        error_message=error_message,
        details="the answer ended without its end_message",
        outcome=trailers.get(OUTCOME_KEY, ""),
        error_type=trailers.get(ERROR_TYPE_KEY, ""),
        error_code=trailers.get(ERROR_CODE_KEY, ""),
    )


def texts(metadata: Iterable[tuple[str, str | bytes]] | None) -> dict[str, str]:
    """The text entries of metadata; binary ones are not ours."""
    return {key: value for key, value in metadata or () if isinstance(value, str)}


def _seconds(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
