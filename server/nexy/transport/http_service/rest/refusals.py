"""How /rest/v1 refuses: PostgREST's {code, details, hint, message} and its statuses.

Source: PostgREST, "Errors": "HTTP Status Codes" for PostgreSQL's codes, "PostgREST Error Codes" for the others. Two
statuses are our own: 504 for a statement that took too long (PostgREST: 500), and 415 for another kind of body.
"""

import msgspec

from nexy.contracts.errors import ErrorType, NexyError
from nexy.contracts.rows import RowsRefused
from nexy.transport.http_service.api.refusals import retry_after
from nexy.transport.http_service.exchange import CLOSE, Exchange, Headers
from nexy.transport.http_service.http_errors import status_of
from nexy.transport.http_service.rest.payload import CONTENT_TYPE
from nexy.workflows.admission import INVALID_KEY

JSON: Headers = ((b"content-type", b"application/json; charset=utf-8"),)
NO_TOKEN = "no_token"  # noqa: S105  the name of a refusal
_EXPIRED = "token_expired"
_BAD_REQUEST, _UNAUTHORIZED, _UNSUPPORTED = 400, 401, 415
_UNREAD = (408, 413)
_STATUSES = {
    "PGRST103": 416, "PGRST106": 406, "PGRST107": 406, "PGRST116": 406, "PGRST125": 404, "PGRST126": 404,
    "PGRST202": 404, "PGRST205": 404,
    "23503": 409, "23505": 409, "25006": 405, "42501": 403, "42883": 404, "42P01": 404, "42P17": 500, "53400": 500,
    "57014": 504, "P0001": 400,
}  # fmt: skip
_CLASSES = {
    "08": 503, "09": 500, "0L": 403, "0P": 403, "25": 500, "28": 403, "2D": 500, "38": 500, "39": 500, "3B": 500,
    "40": 500, "53": 503, "54": 500, "55": 500, "57": 500, "58": 500, "F0": 500, "HV": 500, "P0": 500, "XX": 500,
}  # fmt: skip
_CODES = {
    ErrorType.UNAVAILABLE: "PGRST000",
    ErrorType.INTERNAL: "PGRSTX00",
    ErrorType.PERMISSION_DENIED: "42501",
}
_WRONG_VALUE = "database_value"
_OWN_CODES = {"method_not_allowed": "PGRST117", _WRONG_VALUE: "22P02"}


class RestError(msgspec.Struct, frozen=True, kw_only=True):
    """PostgREST's body; `code` is its own (PGRST…) or a SQLSTATE."""

    code: str
    details: str | None = None
    hint: str | None = None
    message: str


class NotSignedIn(RowsRefused):
    """Who is nobody in particular lacks a right: signing in may help."""

    error_type = ErrorType.UNAUTHENTICATED


def rest_status(error: NexyError) -> int:
    """The status of an error."""
    if error.error_type is ErrorType.UNAUTHENTICATED:
        return _UNAUTHORIZED
    if not isinstance(error, RowsRefused):
        return _BAD_REQUEST if error.code == _WRONG_VALUE else status_of(error)
    if error.field == CONTENT_TYPE:
        return _UNSUPPORTED
    known = _STATUSES.get(error.code)
    if known is not None:
        return known
    return _BAD_REQUEST if error.code.startswith("PGRST") else _CLASSES.get(error.code[:2], _BAD_REQUEST)


def rest_refusal(error: NexyError) -> RestError:
    """The body of a refusal."""
    if isinstance(error, RowsRefused):
        return RestError(code=error.code, message=error.message, details=error.details, hint=error.hint)
    if error.error_type is not ErrorType.UNAUTHENTICATED:
        code = _OWN_CODES.get(error.code) or _CODES.get(error.error_type) or error.code
        return RestError(code=code, message=error.message)
    if error.code == NO_TOKEN:
        return RestError(code="PGRST302", message="Anonymous access is disabled", hint=error.message)
    if error.code == INVALID_KEY:
        return RestError(code="PGRST301", message=error.message)
    return RestError(code="PGRST301", message="JWT expired" if error.code == _EXPIRED else "JWT is not valid")


async def refuse(exchange: Exchange, error: NexyError) -> None:
    """The whole reply."""
    status = rest_status(error)
    challenge: Headers = ((b"www-authenticate", b"Bearer"),) if status == _UNAUTHORIZED else ()
    headers = (*JSON, *challenge, *retry_after(error), *(CLOSE if status in _UNREAD else ()))
    await exchange.reply(status, msgspec.json.encode(rest_refusal(error)), headers)
