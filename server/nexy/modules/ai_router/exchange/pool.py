"""The connections of one process to all providers."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import aiohttp

from nexy.config.ai_router_section import WordsConfig
from nexy.modules.ai_router.exchange.resolver import resolver_of


@dataclass(slots=True)
class Attempt:
    """One request; its connection is a kept one unless the pool has to make one for it."""

    reused: bool = True

    def begin(self) -> None:
        """The request that this task sends next is this one."""
        _under_way.set(self)

    def met_closed_connection(self, failure: aiohttp.ClientError) -> bool:
        """Whether the server had closed the kept connection before it saw the request, as far as can be known."""
        match failure:
            case aiohttp.ServerDisconnectedError():
                # Otherwise the message holds the part of the answer that came.
                return self.reused and isinstance(failure.message, str)
            case aiohttp.ClientOSError() | aiohttp.ClientConnectionResetError():
                return self.reused
            case _:
                return False


_under_way: ContextVar[Attempt | None] = ContextVar("_under_way", default=None)


class _Connector(aiohttp.TCPConnector):
    """Tells the attempt under way that its connection is new; aiohttp's tracing would cost a tenth of each request."""

    async def _create_connection(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  aiohttp's own
        attempt = _under_way.get()
        if attempt is not None:
            attempt.reused = False
        return await super()._create_connection(*args, **kwargs)


class ConnectionPool:
    """One client session for all providers and turns, made on first use inside the running loop; its maker closes it.

    Building one per turn would cost a TLS context and a handshake each time. Cookies are not kept,
    the environment's proxies are not asked.
    """

    def __init__(self, limits: WordsConfig) -> None:
        self._limits = limits
        self._session: aiohttp.ClientSession | None = None

    def session(self) -> aiohttp.ClientSession:
        """The shared session."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=_Connector(limit=self._limits.max_connections, resolver=resolver_of(self._limits)),
                timeout=aiohttp.ClientTimeout(total=None, connect=self._limits.connect_timeout_seconds),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._session

    async def close(self) -> None:
        """Close every connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
