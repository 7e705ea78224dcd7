"""How /auth/v1 refuses: GoTrue's status, code and body for every error of ours.

Clients that send `X-Supabase-Api-Version: 2024-01-01` or later get {code, message} and the header back; the others
{code, error_code, msg}, where `code` is the status (github.com/supabase/auth, internal/api/errors.go).
"""

import re

import msgspec

from nexy.contracts.errors import ErrorType, NexyError
from nexy.transport.http_service.api.refusals import retry_after
from nexy.transport.http_service.auth.shapes import AuthError, AuthError20240101, WeakPassword
from nexy.transport.http_service.exchange import CLOSE, JSON, Exchange, Headers
from nexy.transport.http_service.http_errors import status_of

VERSION_HEADER = b"x-supabase-api-version"
_NAMED_CODES = b"2024-01-01"
_DATE = re.compile(rb"\d{4}-\d{2}-\d{2}")
_WEAK = "weak_password"
_UNREAD = (408, 413)
# What GoTrue calls a wrong request has this status unless it is named here.
_BAD_REQUEST = 400
_STATUSES = {
    "no_authorization": 401,
    "bad_jwt": 403,
    "session_not_found": 403,
    "not_admin": 403,
    "user_already_exists": 422,
    "email_exists": 422,
    _WEAK: 422,
    "same_password": 422,
    "signup_disabled": 422,
    "anonymous_provider_disabled": 422,
    "phone_provider_disabled": 422,
    "method_not_allowed": 405,
    "body_timeout": 408,
}
_CODES = {
    ErrorType.UNAUTHENTICATED: "bad_jwt",
    ErrorType.RATE_LIMIT_EXCEEDED: "over_request_rate_limit",
    ErrorType.STREAM_LIMIT_EXCEEDED: "over_request_rate_limit",
    ErrorType.TIMEOUT: "request_timeout",
    ErrorType.UNAVAILABLE: "unexpected_failure",
    ErrorType.INTERNAL: "unexpected_failure",
    ErrorType.NOT_FOUND: "not_found",
    ErrorType.TOO_LARGE: "too_large",
}
_BAD_JSON = {"invalid_json": "bad_json"}
_OWN_REASONS = frozenset(("no_authorization", "session_not_found"))


def auth_code(error: NexyError) -> str:
    """GoTrue's name of the error."""
    if error.error_type is ErrorType.UNAUTHENTICATED and error.code in _OWN_REASONS:
        return error.code
    return _BAD_JSON.get(error.code) or _CODES.get(error.error_type) or error.code


def auth_status(error: NexyError) -> int:
    """GoTrue's status of the error."""
    known = _STATUSES.get(error.code) or _STATUSES.get(auth_code(error))
    if known is not None:
        return known
    return _BAD_REQUEST if error.error_type is ErrorType.VALIDATION_FAILED else status_of(error)


def auth_refusal(error: NexyError, *, named: bool) -> bytes:
    """The body; `named` is the newer form."""
    code = auth_code(error)
    weak = WeakPassword(reasons=("length",)) if code == _WEAK else None
    if named:
        return msgspec.json.encode(AuthError20240101(code=code, message=error.message, weak_password=weak))
    body = AuthError(code=auth_status(error), error_code=code, msg=error.message, weak_password=weak)
    return msgspec.json.encode(body)


async def refuse(exchange: Exchange, error: NexyError) -> None:
    """The whole reply."""
    status = auth_status(error)
    asked = exchange.heads.get(VERSION_HEADER, b"")
    named = bool(_DATE.fullmatch(asked)) and asked >= _NAMED_CODES
    version: Headers = ((VERSION_HEADER, _NAMED_CODES),) if named else ()
    headers = (*JSON, *version, *retry_after(error), *(CLOSE if status in _UNREAD else ()))
    await exchange.reply(status, auth_refusal(error, named=named), headers)
