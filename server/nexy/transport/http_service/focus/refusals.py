"""How this door refuses: {error, code, details}, and 400 where the rest of the API says 422."""

import logging
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from nexy.contracts.errors import Internal, NexyError
from nexy.transport.http_service.focus.shapes import Refusal, RefusalDetails
from nexy.transport.http_service.http_errors import code_of, retry_headers, told_by_framework
from nexy.utils.shown import shown

_log = logging.getLogger("nexy.http")
_UNPROCESSABLE, _BAD_REQUEST, _SERVER_ERROR = 422, 400, 500


def _reply(status: int, refusal: Refusal, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(refusal), status, headers, "application/json")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, NexyError)
    status = error.taxonomy.http_status
    status = _BAD_REQUEST if status == _UNPROCESSABLE else status
    _decided(request, error, status)
    refusal = Refusal(error=error.message, code=code_of(error), details=RefusalDetails(field=error.field or ""))
    return _reply(status, refusal, retry_headers(error))


def _decided(request: Request, error: NexyError, status: int) -> None:
    """One line for a refusal: what was asked and which field was wrong, not what stood in it."""
    seen = {"status": status, "error_type": error.error_type.value, "code": code_of(error), "field": error.field or ""}
    # A defect and a part that is down have an owner who wants to know; a typing error and what mends itself have not.
    level = logging.WARNING if status >= _SERVER_ERROR and error.retry_after_seconds is None else logging.INFO
    asked = f"{request.method} {shown(request.url.path)}"
    _log.log(level, "refused", extra={"method": asked, "decision": "abort", "ctx": seen})


async def _framework_refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code, message = told_by_framework(error)
    refusal = Refusal(error=message, code=code, details=RefusalDetails())
    return _reply(error.status_code, refusal, dict(error.headers or {}))


async def _defect(request: Request, error: Exception) -> Response:
    _log.error("defect in a request", extra={"method": request.url.path, "decision": "error"}, exc_info=error)
    return await _refused(request, Internal("internal error; the server's log has the details"))


FOCUS_HANDLERS: dict[Any, Any] = {
    NexyError: _refused,
    HTTPException: _framework_refused,
    Exception: _defect,
}
