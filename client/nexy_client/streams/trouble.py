"""A call that did not end well, told as a sentence that says what to do."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

import grpc

from nexy_client.failure import ERROR_TYPE_KEY, OUTCOME_KEY, RETRY_AFTER_KEY, texts
from nexy_client.streams import failure
from nexy_client.streams.address import Address
from nexy_client.streams.failure import StreamError
from nexy_client.streams.settings import StreamSettings

UNAVAILABLE, UNIMPLEMENTED = grpc.StatusCode.UNAVAILABLE.name, grpc.StatusCode.UNIMPLEMENTED.name
# The words of gRPC's own messages where no connection stands, and of servers whose job is not there yet.
_NO_CONNECTION = ("failed to connect to", "errors resolving", "dns resolution failed", "connections to all backends")
_UNKNOWN_HOST = ("errors resolving", "dns resolution failed")
_STARTING = ("starting", "not ready", "not started", "pending")
_OWN_DEADLINE = "deadline exceeded"
_PROXIES = ("grpc_proxy", "https_proxy", "http_proxy")
_ASKING = ("UNAUTHENTICATED", "PERMISSION_DENIED")
_WRONG_REQUEST = ("INVALID_ARGUMENT", "OUT_OF_RANGE", "FAILED_PRECONDITION", *_ASKING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A status other than OK, the words with it, and the trailing metadata."""

    status: str
    details: str = ""
    trailers: Mapping[str, str] = field(default_factory=dict)

    @property
    def no_connection(self) -> bool:
        """Whether the call never reached a server."""
        return self.status == UNAVAILABLE and any(words in self.details.lower() for words in _NO_CONNECTION)

    @property
    def starting(self) -> bool:
        """Whether the server says that the job is not there yet."""
        words = self.details.lower()
        return self.status == UNAVAILABLE and not self.no_connection and any(one in words for one in _STARTING)

    @property
    def perhaps_tls(self) -> bool:
        """Whether a server that speaks TLS would end a plain-text connection like this."""
        return self.no_connection and "refused" not in self.details and "ls handshake" not in self.details


def trouble_of(error: "grpc.RpcError | grpc.aio.AioRpcError") -> Trouble:
    """What the call says of its end, whichever of gRPC's two interfaces made it."""
    assert isinstance(error, grpc.Call | grpc.aio.AioRpcError)
    return Trouble(status=error.code().name, details=error.details() or "", trailers=texts(error.trailing_metadata()))


def truncated(trailers: Mapping[str, str]) -> Trouble | None:
    """The trouble of a call that ended with status OK and says in its trailers that it broke off."""
    if trailers.get(OUTCOME_KEY) != "truncated":
        return None
    kind = trailers.get(ERROR_TYPE_KEY, "")
    status = UNAVAILABLE if kind == "unavailable" else grpc.StatusCode.INTERNAL.name
    return Trouble(status=status, details=f"the server broke off ({kind or 'no reason given'})", trailers=trailers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Makes errors of troubles for one connection."""

    address: Address
    settings: StreamSettings
    server_name: str = ""

    def told(self, trouble: Trouble, job_id: str = "") -> StreamError:
        """The error to raise; `retryable` where the same call may succeed later."""
        if trouble.no_connection:
            return self._no_connection(trouble)
        match trouble.status:
            case "UNAVAILABLE":
                return failure.ServerLost(
                    f"{self.address.target} is unavailable: {trouble.details}. This client gave up after "
                    f"{self.settings.retry_attempts} tries without a frame; is the server running? See its log",
                    status=trouble.status,
                    retryable=True,
                )
            case "NOT_FOUND":
                # The server may say it itself; once is enough.
                told = "configure a new" in trouble.details
                more = "" if told else ": configure a new one and use the job_id of that answer"
                return failure.JobNotFound(
                    f"job {job_id} is not known to {self.address.target} ({trouble.details}). Jobs end when nobody "
                    f"watches them or the server restarts{more}",
                    status=trouble.status,
                )
            case "DEADLINE_EXCEEDED":
                return self._deadline(trouble)
            case "RESOURCE_EXHAUSTED":
                return self._exhausted(trouble)
            case "UNIMPLEMENTED":
                return failure.StreamFailed(
                    f"{self.address.target} does not serve datastream.DataStreamService ({trouble.details}); "
                    "is this the gRPC port of a server with sensor streams?",
                    status=trouble.status,
                )
            case _:
                return self._other(trouble)

    def _no_connection(self, trouble: Trouble) -> StreamError:
        words, where = trouble.details.lower(), self.address.target
        if "certificate_verify_failed" in words:
            return failure.CertificateRejected(
                f"the certificate of {where} is not trusted ({_reason(trouble.details)}). Pass the certificate that "
                "signed it (a self-signed server: its own) as ca_certificate, and see that it has not expired",
                status=trouble.status,
            )
        if "hostname verification" in words:
            return failure.CertificateNameMismatch(
                f"the certificate of {where} is for another name than {self.server_name or self.address.host!r}. "
                "Pass the name that it carries as server_name",
                status=trouble.status,
            )
        if "wrong_version_number" in words:
            return failure.TlsMismatch(
                f"{where} does not speak TLS, and TLS was asked for. Give the server a certificate, or pass "
                "use_tls=False and a plain address if the network may be trusted",
                status=trouble.status,
            )
        if any(one in words for one in _UNKNOWN_HOST):
            return failure.ConnectionFailed(
                f"the host {self.address.host!r} is not known ({trouble.details}); is it spelt right?",
                retryable=True,
                status=trouble.status,
            )
        return failure.ConnectionFailed(
            f"no connection to {where}: {_reason(trouble.details)}. Is the server running, and is this its gRPC port "
            f"(stream_port of the configure answer)?{self._proxy()}",
            retryable=True,
            status=trouble.status,
        )

    def _proxy(self) -> str:
        """A word about the proxy that gRPC takes from the environment, where there is one."""
        named = next((name for name in _PROXIES if os.environ.get(name)), "")
        if not named or self.address.is_loopback:
            return ""
        return f" gRPC goes through the proxy of {named}, unless no_proxy names {self.address.host}"

    def speaks_tls(self) -> StreamError:
        """The error of a plain-text call to a server that turned out to want TLS."""
        return failure.TlsMismatch(
            f"{self.address.target} speaks TLS, and plain text was tried. Pass use_tls=True (and ca_certificate where "
            "the server signed its certificate itself)",
            status=UNAVAILABLE,
        )

    def no_answer(self) -> StreamError:
        """The error of a connection that did not stand in time."""
        return failure.ConnectionFailed(
            f"{self.address.target} did not answer within connection_timeout={self.settings.connection_timeout:g} s. "
            "Something listens there but says nothing: is it the gRPC port, and is the server alive?",
            status="DEADLINE_EXCEEDED",
        )

    def _deadline(self, trouble: Trouble) -> StreamError:
        if "read nothing" in trouble.details:
            return failure.StreamStalled(
                f"the server gave up: {trouble.details}. Read the frames sooner, or ask for fewer",
                status=trouble.status,
            )
        if _OWN_DEADLINE not in trouble.details.lower():
            return failure.StreamStalled(
                f"the server gave up: {trouble.details}. The state of the job (GET /focus-server/jobs/ID) and the "
                "server's log say more",
                status=trouble.status,
            )
        return failure.StreamTimedOut(
            f"the stream did not end within stream_timeout={self.settings.stream_timeout:g} s. Give a longer "
            "stream_timeout, ask for fewer frames with max_frames, or stream again with resume_after_frame",
            status=trouble.status,
        )

    def _exhausted(self, trouble: Trouble) -> StreamError:
        if "larger than max" in trouble.details:
            return failure.MessageTooLarge(
                f"a frame is too large to receive ({trouble.details}). Configure fewer channels or a smaller "
                "displayInfo.height, or take PACKED_U8",
                status=trouble.status,
            )
        after = trouble.trailers.get(RETRY_AFTER_KEY, "")
        later = f"Try again in {after} s" if after.isdigit() else "Try again later"
        return failure.ServerBusy(
            f"{self.address.target} has no room: {trouble.details}. {later}, or end a job that is not needed",
            status=trouble.status,
            retry_after_seconds=float(after) if after.isdigit() else None,
        )

    def _other(self, trouble: Trouble) -> StreamError:
        if trouble.status in _WRONG_REQUEST:
            key = "; pass the API key as metadata" if trouble.status in _ASKING else ""
            return failure.RequestRefused(
                f"{self.address.target} refuses: {trouble.details}{key}", status=trouble.status
            )
        return failure.StreamFailed(
            f"{self.address.target} broke the stream off: {trouble.details or 'no reason given'} ({trouble.status}). "
            "The state of the job (GET /focus-server/jobs/ID) and the server's log say more",
            status=trouble.status,
        )

    def stalled(self, last_number: int) -> StreamError:
        """The error of a stream on which nothing comes any more."""
        after = f"after frame {last_number}" if last_number else "at all"
        return failure.StreamStalled(
            f"{self.address.target} sent nothing {after} for gap_timeout={self.settings.gap_timeout:g} s, though the "
            "connection stands. Is the server hung, or its source silent? A slower source needs a longer gap_timeout"
        )


def _reason(details: str) -> str:
    return details.rpartition("last error: ")[2].rpartition("SSL routines:")[2].removeprefix("OPENSSL_internal:")
