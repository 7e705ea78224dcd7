"""How the OpenAI wire refuses (OpenAI API Reference, "Error codes"): {"error": {message, type, param, code}}."""

import msgspec

from nexy.contracts.errors import ErrorType, NexyError
from nexy.transport.http_service.api.refusals import retry_after
from nexy.transport.http_service.exchange import CLOSE, JSON, Exchange
from nexy.transport.http_service.http_errors import attempts_of, status_of, tried
from nexy.transport.http_service.openai.shapes import OpenAiError, OpenAiErrorBody

_UNPROCESSABLE, _BAD_REQUEST, _NOT_FOUND = 422, 400, 404
_UNREAD = (408, 413)
_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    429: "rate_limit_error",
}
_CODES = {
    ErrorType.UNAUTHENTICATED: "invalid_api_key",
    ErrorType.RATE_LIMIT_EXCEEDED: "rate_limit_exceeded",
    ErrorType.BUDGET_EXHAUSTED: "insufficient_quota",
}


def openai_status(error: NexyError) -> int:
    """The status by which the wire's clients choose their exception."""
    status = status_of(error)
    if status != _UNPROCESSABLE:
        return status
    return _NOT_FOUND if error.field == "model" else _BAD_REQUEST


def openai_refusal(error: NexyError) -> bytes:
    """The body of a refusal."""
    status = openai_status(error)
    attempts = tried(attempts_of(error))
    body = OpenAiErrorBody(
        message=error.message,
        type=_type_of(error, status),
        param=error.field,
        code="model_not_found" if status == _NOT_FOUND and error.field == "model" else _code_of(error),
        attempts=attempts or msgspec.UNSET,
    )
    return msgspec.json.encode(OpenAiError(error=body))


def _code_of(error: NexyError) -> str:
    return _CODES.get(error.error_type, error.code)


def _type_of(error: NexyError, status: int) -> str:
    if error.error_type is ErrorType.BUDGET_EXHAUSTED:
        return "insufficient_quota"
    return _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")


async def refuse(exchange: Exchange, error: NexyError) -> None:
    """The whole reply."""
    status = openai_status(error)
    request_id = (b"x-request-id", exchange.request_id.encode())
    headers = (*JSON, request_id, *retry_after(error), *(CLOSE if status in _UNREAD else ()))
    await exchange.reply(status, openai_refusal(error), headers)
