"""The one translation of errors into HTTP."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from nexy.contracts.errors import Internal, NexyError
from nexy.contracts.routing import Attempt
from nexy.transport.http_service.exchange import new_request_id

_log = logging.getLogger("nexy.http")
NOTHING_HERE = "there is nothing at this path; /docs and /openapi.json list what is"
_NOT_FOUND = 404
_BY_STATUS = {
    _NOT_FOUND: ("not_found", NOTHING_HERE),
    405: ("method_not_allowed", "this path does not take this method"),
    413: ("too_large", "the body is larger than the server takes"),
    415: ("unsupported_media_type", "send application/json or a form"),
}


# What the taxonomy has no row for: faults of the HTTP request itself.
_STATUS_OF_CODE = {"invalid_json": 400, "method_not_allowed": 405, "body_timeout": 408, "unsupported_media_type": 415}
_OWN_CODES = frozenset(("invalid_json", "method_not_allowed", "unsupported_media_type", "all_providers_failed"))


class TriedProvider(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One try of one provider: ok, failed or skipped, and the code of what went wrong."""

    provider: str
    status: str
    model: str = ""
    error: str = ""
    latency_ms: float | None = None


class ErrorBody(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong: a stable code, a sentence, the fields to mend, and which providers were tried."""

    code: str
    message: str
    fields: list[str] = []
    attempts: list[TriedProvider] = []


class ErrorReply(msgspec.Struct, frozen=True, kw_only=True):
    """The body of every refusal."""

    error: ErrorBody
    request_id: str


def status_of(error: NexyError) -> int:
    """The HTTP status of an error."""
    return _STATUS_OF_CODE.get(error.code) or error.taxonomy.http_status


def closed_code(error: NexyError) -> str:
    """The code out of the closed set that the API's clients know."""
    return error.code if error.code in _OWN_CODES else error.taxonomy.http_name


def tried(attempts: Sequence[Attempt]) -> list[TriedProvider]:
    """Attempts as they are shown."""
    return [
        TriedProvider(provider=one.provider, status=one.status.value, model=one.model, error=one.error,
                      latency_ms=one.latency_ms)
        for one in attempts
    ]  # fmt: skip


def attempts_of(error: NexyError) -> Sequence[Attempt]:
    """Which providers were tried before it came to this."""
    return error.attempts


def request_id_of(request: Request) -> str:
    """The id of this request, made once."""
    if not hasattr(request.state, "request_id"):
        request.state.request_id = new_request_id()
    made: str = request.state.request_id
    return made


def _reply(request: Request, status: int, body: ErrorBody, headers: dict[str, str] | None = None) -> Response:
    reply = ErrorReply(error=body, request_id=request_id_of(request))
    return Response(msgspec.json.encode(reply), status, headers, "application/json")


def code_of(error: NexyError) -> str:
    """The error's own stable code, or that of its row."""
    return error.taxonomy.http_name if error.code == error.error_type.value else error.code


def retry_headers(error: NexyError) -> dict[str, str]:
    """When to try again, where that is known."""
    if error.retry_after_seconds is None:
        return {}
    return {"Retry-After": str(max(1, round(error.retry_after_seconds)))}


def told_by_framework(error: HTTPException) -> tuple[str, str]:
    """Code and sentence for what the framework refuses."""
    return _BY_STATUS.get(error.status_code, ("bad_request", "the request cannot be understood"))


async def nexy_error_reply(request: Request, error: Exception) -> Response:
    """A `NexyError` by its row of the taxonomy table."""
    assert isinstance(error, NexyError)
    fields = [error.field] if error.field else []
    body = ErrorBody(code=code_of(error), message=error.message, fields=fields)
    return _reply(request, error.taxonomy.http_status, body, retry_headers(error))


def http_exception_reply(nothing_here: str = NOTHING_HERE) -> Callable[[Request, Exception], Awaitable[Response]]:
    """What the framework itself refuses: unknown paths, in the words of the listener, and wrong methods."""

    async def reply(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        code, message = told_by_framework(error)
        words = nothing_here if error.status_code == _NOT_FOUND else message
        return _reply(request, error.status_code, ErrorBody(code=code, message=words), dict(error.headers or {}))

    return reply


async def defect_reply(request: Request, error: Exception) -> Response:
    """Anything else is ours: logged in full, told in one line."""
    _log.error("defect in a request", extra={"method": request.url.path, "decision": "error"}, exc_info=error)
    return await nexy_error_reply(request, Internal("internal error; the server's log has the details"))


def exception_handlers(nothing_here: str = NOTHING_HERE) -> dict[Any, Any]:
    """For the framework, with what a listener says of a path that it does not have."""
    return {NexyError: nexy_error_reply, HTTPException: http_exception_reply(nothing_here), Exception: defect_reply}


EXCEPTION_HANDLERS = exception_handlers()
