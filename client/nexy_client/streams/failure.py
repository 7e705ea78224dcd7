"""What can go wrong with a stream, as one small tree; every message says what to do."""

from typing import ClassVar


class StreamError(Exception):
    """Base of every failure of the stream clients.

    `code` is stable and for programs; `status` is the gRPC or HTTP status where a server gave one. `retryable` says
    whether the same call may succeed a little later.
    """

    code: ClassVar[str] = "stream_error"

    def __init__(self, message: str, *, status: str = "", retryable: bool = False) -> None:
        super().__init__(message)
        self.status = status
        self.retryable = retryable


class AddressInvalid(StreamError):
    """The url and port name no server."""

    code = "address_invalid"


class CertificateUnreadable(StreamError):
    """What was given as ca_certificate is no certificate."""

    code = "certificate_unreadable"


class NotConnected(StreamError):
    """There is no connection: connect() comes first, and disconnect() ends running streams."""

    code = "not_connected"


class ConnectionFailed(StreamError):
    """No connection stands: refused, unknown host, no answer in time."""

    code = "connection_failed"


class TlsMismatch(ConnectionFailed):
    """One side speaks TLS and the other does not."""

    code = "tls_mismatch"


class CertificateRejected(ConnectionFailed):
    """The server's certificate is not trusted, or is for another name."""

    code = "certificate_rejected"


class CertificateNameMismatch(CertificateRejected):
    """The certificate is for another name than the one that was dialled."""

    code = "certificate_name"


class WrongPort(ConnectionFailed):
    """A gRPC port, where the REST port was needed."""

    code = "wrong_port"


class ServerLost(StreamError):
    """The server became unavailable, and stayed so through every retry."""

    code = "server_lost"


class JobNotFound(StreamError):
    """The server knows no such job, or no longer."""

    code = "job_not_found"


class JobNotReady(StreamError):
    """The job was still starting when job_start_timeout was over."""

    code = "job_not_ready"


class ServerBusy(StreamError):
    """The server has no room for one more; `retry_after_seconds` where it says when to come back."""

    code = "server_busy"

    def __init__(self, message: str, *, status: str = "", retry_after_seconds: float | None = None) -> None:
        super().__init__(message, status=status, retryable=True)
        self.retry_after_seconds = retry_after_seconds


class MessageTooLarge(StreamError):
    """A frame is larger than this client receives."""

    code = "message_too_large"


class StreamStalled(StreamError):
    """The server stopped sending: nothing came for gap_timeout."""

    code = "stream_stalled"


class StreamTimedOut(StreamError):
    """The stream took longer than stream_timeout."""

    code = "stream_timed_out"


class RequestRefused(StreamError):
    """The server will not do this: a wrong value, a missing key; `details` are the server's, by field where it says."""

    code = "request_refused"

    def __init__(self, message: str, *, status: str = "", server_code: str = "", field: str = "") -> None:
        super().__init__(message, status=status)
        self.server_code = server_code
        self.field = field


class StreamFailed(StreamError):
    """The stream broke: its source failed, or the server has a defect."""

    code = "stream_failed"


class FrameUnreadable(StreamError):
    """The server sent bytes that are no frame."""

    code = "frame_unreadable"


class PackedBlockUnreadable(FrameUnreadable):
    """The server sent a packed row that is not what its own fields say."""

    code = "packed_block_unreadable"


class AnswerUnreadable(StreamError):
    """The server's REST answer is not what the contract says."""

    code = "answer_unreadable"
