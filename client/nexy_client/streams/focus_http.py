"""One HTTP request to a Focus server, and every way in which it can fail as a sentence."""

import http.client
import json
import ssl
from dataclasses import dataclass
from typing import Any

from nexy_client.streams import failure
from nexy_client.streams.address import Address
from nexy_client.streams.failure import StreamError
from nexy_client.streams.focus_connection import FocusConnection
from nexy_client.streams.http2_probe import speaks_http2
from nexy_client.streams.tls_probe import speaks_tls
from nexy_client.streams.trust import Trust

_MAX_ANSWER_BYTES = 16 * 1024 * 1024
_ASKING = (401, 403)
# OpenSSL's: the name, and the address, in the certificate are others.
_OTHER_NAME = (62, 64)


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusHttp:
    """Where and how to ask; each request is a connection of its own, so that threads do not meet.

    `timeout` is for the whole of a request: connecting, asking, and the last byte of the answer.
    """

    address: Address
    trust: Trust
    api_key: str
    timeout: float

    @property
    def url(self) -> str:
        """What a person would type."""
        return f"{'https' if self.address.tls else 'http'}://{self.address.target}"

    def ask(self, method: str, path: str, body: object = None) -> bytes:
        """The body of a good answer; raises `StreamError` for everything else."""
        headers = {
            "Accept": "application/json",
            **({"Authorization": f"Bearer {self.api_key}"} if self.api_key else {}),
        }
        sent = None if body is None else json.dumps(body).encode()
        if sent is not None:
            headers["Content-Type"] = "application/json"
        connection = FocusConnection(self.address, self.trust, self.timeout)
        try:
            connection.request(method, path, sent, headers)
            with connection.getresponse() as answer:
                received = answer.read(_MAX_ANSWER_BYTES + 1)
        except (OSError, http.client.HTTPException) as problem:
            raise self._unreachable(problem) from problem
        finally:
            connection.close()
        if len(received) > _MAX_ANSWER_BYTES:
            raise failure.AnswerUnreadable(f"{self.url}{path} answered more than {_MAX_ANSWER_BYTES} bytes")
        if answer.status >= http.client.BAD_REQUEST:
            raise self._refused(answer.status, answer.headers.get("Retry-After", ""), received)
        return received

    def _unreachable(self, problem: OSError | http.client.HTTPException) -> StreamError:
        match problem:
            case ssl.SSLCertVerificationError():
                return self._not_trusted(problem)
            case ssl.SSLError() if speaks_http2(self.address):
                return self._grpc_port()
            case ssl.SSLError():
                return failure.TlsMismatch(
                    f"{self.url} does not speak TLS ({problem.reason}). Give a plain http:// address if the network "
                    "may be trusted"
                )
            case TimeoutError():
                return failure.ConnectionFailed(
                    f"{self.url} did not answer within {self.timeout:g} s. Is the server alive, and this its API port?",
                    retryable=True,
                )
        # A server that wants TLS hangs up on plain HTTP, or answers in a way that is no HTTP.
        refused = isinstance(problem, ConnectionRefusedError)
        if not refused and not self.address.tls and speaks_tls(self.address):
            return failure.TlsMismatch(f"{self.address.target} speaks TLS; give an https:// address")
        if not refused and speaks_http2(self.address):
            return self._grpc_port()
        # What a stranger sent instead of HTTP may be anything, and is not repeated.
        strange = isinstance(problem, http.client.HTTPException) and not isinstance(problem, OSError)
        reason = "what came is not HTTP" if strange else problem
        return failure.ConnectionFailed(
            f"no answer from {self.url}: {reason}. Is the server running, and is this its API port?", retryable=True
        )

    def _grpc_port(self) -> StreamError:
        return failure.WrongPort(f"{self.address.target} is a gRPC port; give the REST port (usually 8000)")

    def _not_trusted(self, problem: ssl.SSLCertVerificationError) -> StreamError:
        reason = problem.verify_message.rstrip(".")
        if problem.verify_code in _OTHER_NAME:
            return failure.CertificateNameMismatch(
                f"the certificate of {self.url} is for another name than "
                f"{self.trust.server_name or self.address.host!r} ({reason}). Pass the name that it carries as "
                "server_name"
            )
        return failure.CertificateRejected(
            f"the certificate of {self.url} is not accepted: {reason}. Pass the certificate that signed it (a "
            "self-signed server: its own) as ca_certificate"
        )

    def _refused(self, status: int, retry_after: str, body: bytes) -> StreamError:
        told = _told(body)
        words = told.message or http.client.responses.get(status, "no reason given")
        code = str(status)
        if status == http.client.NOT_FOUND and "job" in words.lower():
            more = "" if "configure a new" in words else "; configure a new job and use the job_id of its answer"
            return failure.JobNotFound(f"{words}{more}", status=code)
        if status == http.client.TOO_MANY_REQUESTS:
            later = f"; try again in {retry_after} s" if retry_after.isdigit() else "; try again later"
            seconds = float(retry_after) if retry_after.isdigit() else None
            return failure.ServerBusy(
                f"{words}{later}, or end a job that is not needed", status=code, retry_after_seconds=seconds
            )
        if status == http.client.SERVICE_UNAVAILABLE:
            return failure.ServerLost(f"{self.url} cannot serve streams now: {words}", status=code, retryable=True)
        if status >= http.client.INTERNAL_SERVER_ERROR:
            return failure.StreamFailed(f"{self.url} failed: {words}. Its log says more", status=code)
        key = "; pass an api_key" if status in _ASKING else ""
        return failure.RequestRefused(
            f"{self.url} refuses: {words}{key}", status=code, server_code=told.code, field=told.field
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    message: str = ""
    code: str = ""
    field: str = ""


def _told(body: bytes) -> _Told:
    """{error, code, details{field}}, or the form of the rest of the API; anything else says nothing."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return _Told()
    if not isinstance(told, dict):
        return _Told()
    error: Any = told.get("error", "")
    if isinstance(error, dict):
        names = error.get("fields") or [""]
        return _Told(message=str(error.get("message", "")), code=str(error.get("code", "")), field=str(names[0]))
    details = told.get("details")
    field = details.get("field", "") if isinstance(details, dict) else ""
    return _Told(message=str(error), code=str(told.get("code", "")), field=str(field))
