"""The connections of one process to one provider."""

from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp

from nexy.config.sections import WordsConfig


@dataclass(slots=True)
class Attempt:
    """One request; given to the session as `trace_request_ctx`, it learns whether its connection was a kept one."""

    reused: bool = False

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


class ConnectionPool:
    """One client session for all turns, made on first use inside the running loop.

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
                connector=aiohttp.TCPConnector(limit=self._limits.max_connections),
                timeout=aiohttp.ClientTimeout(total=None, connect=self._limits.connect_timeout_seconds),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                trace_configs=[_telling_reuse()],
            )
        return self._session

    async def close(self) -> None:
        """Close every connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()


def _telling_reuse() -> aiohttp.TraceConfig:
    trace = aiohttp.TraceConfig()
    trace.on_connection_reuseconn.append(_note_reuse)
    return trace


async def _note_reuse(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceConnectionReuseconnParams
) -> None:
    if isinstance(context.trace_request_ctx, Attempt):
        context.trace_request_ctx.reused = True
