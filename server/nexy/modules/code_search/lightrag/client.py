"""Asking a LightRAG server: one question, one bounded reply, and rest after a failure."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import aiohttp

from nexy.config.code_search_section import LightRagConfig
from nexy.contracts.clock import Clock
from nexy.contracts.errors import ConfigurationInvalid, DeadlineExceeded, NexyError, Unavailable
from nexy.modules.code_search.lightrag.wire import (
    KEY_HEADER,
    LEAST_CHARACTERS,
    PATH,
    Asked,
    Prose,
    encode_question,
    read_passages,
)

_URL_KEY = "outside.lightrag_url"
_REFUSED_KEY = (401, 403)
_REFUSED_QUESTION = (400, 422)
_REFUSED = "lightrag_refused"


class LightRag:
    """One server, by its address; made without asking it. The session is made on first use, `close` ends it.

    Raises `ConfigurationInvalid` for an address or a key that cannot be used.
    """

    def __init__(self, url: str, config: LightRagConfig, clock: Clock) -> None:
        self._url = _checked_url(url) + PATH
        self._headers = _headers(config.api_key)
        self._config = config
        self._clock = clock
        self._failed = False
        self._rests_until = clock.monotonic()
        self._session: aiohttp.ClientSession | None = None

    @property
    def state(self) -> str:
        """ "ready" until it fails, then "failing" until it answers again."""
        return "failing" if self._failed else "ready"

    async def ask(self, query: str) -> Sequence[Prose]:
        """The best passages of its documents.

        Raises `DeadlineExceeded` and `Unavailable`; their codes begin with "lightrag_". While it rests after a
        failure it is not asked at all (`lightrag_rests`); then one question tries it, and the others go on waiting.
        """
        if len(query.strip()) < LEAST_CHARACTERS:
            raise Unavailable("LightRAG takes no question this short.", code="lightrag_too_short")
        now = self._clock.monotonic()
        if (left := self._rests_until - now) > 0:
            raise Unavailable("LightRAG failed a moment ago.", code="lightrag_rests", retry_after_seconds=left)
        # While it is well any number ask at once; of a failed one the first finds out, and holds the others off.
        if self._failed:
            self._rests_until = now + self._config.timeout_seconds
        try:
            found = await self._asked(query)
        except NexyError as failure:
            self._note(failed=failure.code != _REFUSED)
            raise
        self._note(failed=False)
        return found

    def _note(self, *, failed: bool) -> None:
        """Also a question that it refuses shows that it is there."""
        self._failed = failed
        self._rests_until = self._clock.monotonic() + (self._config.rest_seconds if failed else 0.0)

    async def close(self) -> None:
        """Close its connections; safe when there are none."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _asked(self, query: str) -> Sequence[Prose]:
        try:
            body = await self._posted(query)
            found = read_passages(body)
        except TimeoutError:
            raise DeadlineExceeded("LightRAG takes too long.", code="lightrag_timeout") from None
        except aiohttp.ClientError as lost:
            raise Unavailable("LightRAG cannot be reached.", code="lightrag_unreachable") from lost
        except ValueError as odd:
            raise Unavailable("LightRAG sent what is no answer.", code="lightrag_garbage") from odd
        if found is None:
            raise Unavailable("LightRAG's search failed.", code="lightrag_failed")
        return found[: self._config.max_results]

    async def _posted(self, query: str) -> bytes:
        asked = Asked(query=query, mode=self._config.mode, chunk_top_k=self._config.max_results)
        sent = self._connected().post(
            self._url, data=encode_question(asked), headers=self._headers, allow_redirects=False
        )
        async with sent as response:
            if response.status != 200:
                raise _failure_of(response.status)
            return await _read(response, self._config.max_reply_bytes)

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=self._config.timeout_seconds),
                # Nothing of one question may reach the next.
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._session


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > most:
            raise Unavailable("LightRAG's answer is too long.", code="lightrag_too_long")
    return bytes(body)


def _failure_of(status: int) -> NexyError:
    if status in _REFUSED_KEY:
        return Unavailable("LightRAG refuses the key; set LIGHTRAG_API_KEY.", code="lightrag_key")
    if status in _REFUSED_QUESTION:
        return Unavailable("LightRAG refuses the question.", code=_REFUSED)
    return Unavailable(f"LightRAG answered with status {status}.", code=f"lightrag_{status}")


def _headers(api_key: str) -> dict[str, str]:
    key = api_key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        path = "code_search.lightrag.api_key"
        raise ConfigurationInvalid(f"{path} (LIGHTRAG_API_KEY) holds characters that no key has", field=path)
    sent = {"Content-Type": "application/json", "Accept": "application/json"}
    return {**sent, KEY_HEADER: key} if key else sent


def _checked_url(url: str) -> str:
    """The address without a closing slash; the error does not repeat it, since it may hold a password."""
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.query or parts.fragment:
        told = f"{_URL_KEY} (LIGHTRAG_URL) must be an http:// or https:// address without a query"
        raise ConfigurationInvalid(told, field=_URL_KEY)
    return url.strip().rstrip("/")
