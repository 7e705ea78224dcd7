"""The connections of one process to one provider."""

import aiohttp

from nexy.config.sections import WordsConfig


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
            )
        return self._session

    async def close(self) -> None:
        """Close every connection."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
