"""How many connections one listener has, and what those hear that are too many."""

import logging
import uuid

import msgspec

from nexy.config.api_section import ApiLimitsConfig
from nexy.contracts.errors import Unavailable
from nexy.transport.http_service.api.refusals import refusal_of

# Around its limit a listener would say so at every other connection.
_STILL_NEAR = 0.9
_HEAD = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nconnection: close\r\n"
    b"retry-after: %d\r\ncontent-length: %d\r\n\r\n"
)
_log = logging.getLogger("nexy.http")


class Doorway:
    """Counts one listener's connections.

    uvicorn's own limit counts tasks beside connections, and refuses the last connection that it should serve.
    """

    def __init__(self, limits: ApiLimitsConfig) -> None:
        self._max_connections = limits.max_connections
        self._told_at_once = limits.refused_at_once
        self._wait_seconds = limits.refused_wait_seconds
        self._turned_away = 0
        self._said = False

    def is_full(self, connections: int) -> bool:
        """Whether the newest of so many is one too many."""
        full = connections - self._turned_away > self._max_connections
        if full and not self._said:
            _log.warning(
                "too many connections", extra={"decision": "abort", "ctx": {"max_connections": self._max_connections}}
            )
        self._said = full or (self._said and connections > self._max_connections * _STILL_NEAR)
        return full

    def turn_away(self) -> bool:
        """Take one in only to be told; whether there is room even for that. `gone` follows."""
        if self._turned_away >= self._told_at_once:
            return False
        self._turned_away += 1
        return True

    def gone(self) -> None:
        """One that was turned away has left."""
        self._turned_away -= 1

    def refusal(self) -> bytes:
        """The whole reply to one too many."""
        error = Unavailable("The server has as many connections as it takes.", code="too_many_connections")
        body = msgspec.json.encode(refusal_of(error, str(uuid.uuid4())))
        return _HEAD % (self._wait_seconds, len(body)) + body
