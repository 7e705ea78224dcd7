"""How the API refuses: {"error": {code, message, fields?, attempts?}, "request_id"}."""

import msgspec

from nexy.contracts.errors import NexyError
from nexy.transport.http_service.exchange import CLOSE, JSON, Exchange, Headers
from nexy.transport.http_service.http_errors import (
    ErrorBody,
    ErrorReply,
    attempts_of,
    closed_code,
    status_of,
    tried,
)

# The rest of a body that nobody reads must not be taken for the next request.
_UNREAD = (408, 413)


def refusal_of(error: NexyError, request_id: str) -> ErrorReply:
    """The body of a refusal."""
    body = ErrorBody(
        code=closed_code(error),
        message=error.message,
        fields=[error.field] if error.field else [],
        attempts=tried(attempts_of(error)),
    )
    return ErrorReply(error=body, request_id=request_id)


def retry_after(error: NexyError) -> Headers:
    """When to try again, where that is known."""
    if error.retry_after_seconds is None:
        return ()
    return ((b"retry-after", b"%d" % max(1, round(error.retry_after_seconds))),)


async def refuse(exchange: Exchange, error: NexyError) -> None:
    """The whole reply."""
    status = status_of(error)
    headers = (*JSON, *retry_after(error), *(CLOSE if status in _UNREAD else ()))
    await exchange.reply(status, msgspec.json.encode(refusal_of(error, exchange.request_id)), headers)
