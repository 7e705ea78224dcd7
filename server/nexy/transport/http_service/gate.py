"""Who may come in by the name it used and the page it comes from: Host, Origin, CORS."""

import ipaddress
import socket

from nexy.config.api_section import ApiConfig
from nexy.contracts.clock import Clock
from nexy.contracts.errors import PermissionDenied
from nexy.transport.http_service.exchange import Exchange, Headers
from nexy.transport.http_service.origins import Origins, listed
from nexy.utils.addresses import bare_host
from nexy.utils.clock import SystemClock

_EVERYTHING = "*"
_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_SHOWN = (
    b"X-Nexy-Provider, X-Nexy-Model, X-Nexy-Attempts, X-Nexy-Fallback, X-Nexy-Cached, X-Nexy-Cost, X-Nexy-Tokens, "
    b"X-Nexy-Added-Ms, X-Nexy-Request-Id, Retry-After, X-Supabase-Api-Version, "
    b"Content-Range, Preference-Applied, Location, WWW-Authenticate"
)


class Gate:
    """A page of the same address may always ask; names that somebody else's DNS could point at us may not.

    Without an Origin nobody is in a browser's hands, so only the Host counts; plain addresses cannot be rebound.
    """

    def __init__(self, config: ApiConfig, clock: Clock | None = None) -> None:
        """Raises `ConfigurationInvalid` for an allowed origin that is none."""
        own = ("localhost", "*.localhost", socket.gethostname().lower(), bare_host(config.host).lower())
        self._hosts = (*own, *(host.lower() for host in listed(config.allowed_hosts)))
        self._origins = Origins(config.allowed_origins, clock or SystemClock())
        self._max_known = config.limits.remembered_hosts
        self._preflight_seconds = b"%d" % config.limits.preflight_seconds
        self._known: dict[bytes, bool] = {}

    def refuse_strangers(self, exchange: Exchange) -> None:
        """Raise `PermissionDenied` for a foreign Host or Origin; put the CORS headers on the reply."""
        heads = exchange.heads
        host = heads.get(b"host", b"")
        if not self._host_is_ours(host):
            raise PermissionDenied("This server does not go by that name (API_ALLOWED_HOSTS).", field="Host")
        origin = heads.get(b"origin")
        if origin is not None:
            exchange.extra = self._admitted(origin, host)

    @staticmethod
    def asks_first(exchange: Exchange) -> bool:
        """Whether a browser asks if it may ask."""
        heads = exchange.heads
        return exchange.method == "OPTIONS" and b"origin" in heads and b"access-control-request-method" in heads

    async def allow(self, exchange: Exchange) -> None:
        """The reply to such a question, for an origin that was admitted."""
        wanted = exchange.heads.get(b"access-control-request-headers", b"content-type, authorization")
        await exchange.reply(
            204,
            b"",
            (
                (b"access-control-allow-methods", _METHODS),
                (b"access-control-allow-headers", _printable(wanted)),
                (b"access-control-max-age", self._preflight_seconds),
            ),
        )

    def _host_is_ours(self, host: bytes) -> bool:
        known = self._known.get(host)
        if known is None:
            known = not host or self._fits(_name_of(host.decode("latin-1").lower()))
            if len(self._known) < self._max_known:
                self._known[host] = known
        return known

    def _fits(self, name: str) -> bool:
        return _is_address(name) or any(_matches(name, pattern) for pattern in self._hosts)

    def _admitted(self, origin: bytes, host: bytes) -> Headers:
        asked = origin.decode("latin-1").lower().rstrip("/")
        if asked.partition("://")[2] == host.decode("latin-1").lower():
            return ()
        self._origins.refuse_strange(asked)
        return (
            (b"access-control-allow-origin", _printable(origin)),
            (b"access-control-expose-headers", _SHOWN),
            (b"vary", b"Origin"),
        )


def _name_of(host: str) -> str:
    """The host without its port."""
    if host.startswith("["):
        return host.partition("]")[0].removeprefix("[")
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() and ":" in host else host


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _matches(name: str, pattern: str) -> bool:
    if pattern == _EVERYTHING:
        return True
    return name.endswith(pattern[1:]) if pattern.startswith("*.") else name == pattern


def _printable(value: bytes) -> bytes:
    return bytes(sign for sign in value if 32 <= sign < 127)
