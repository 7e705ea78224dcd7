"""One POST to a provider and the bytes of its answer."""

import asyncio
import io
import logging
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from types import TracebackType

import aiohttp
from multidict import CIMultiDict

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.clock import Clock
from nexy.contracts.errors import NexyError
from nexy.modules.ai_router.exchange.dialect import Outgoing
from nexy.modules.ai_router.exchange.failures import failure_of_status, garbage, is_refusal, refusal, translated
from nexy.modules.ai_router.exchange.patience import Patience
from nexy.modules.ai_router.exchange.pool import Attempt, ConnectionPool
from nexy.modules.ai_router.exchange.reason import safe_reason

_log = logging.getLogger("nexy.ai_router")

_REQUEST_ID = "x-request-id"
_COMMON = (("Content-Type", "application/json"), ("Accept-Encoding", "identity"))


class Post:
    """Open it, read it, drain it inside one `async with`: nothing of it is left behind the block.

    Failures of the HTTP client leave the block as `NexyError`.
    """

    __slots__ = ("_clock", "_limits", "_name", "_patience", "_pool", "_response", "_streamed")

    def __init__(
        self, name: str, limits: WordsConfig, clock: Clock, pool: ConnectionPool, *, streamed: bool = True
    ) -> None:
        self._name = name
        self._limits = limits
        self._clock = clock
        self._pool = pool
        self._streamed = streamed
        self._patience = Patience(limits, streamed=streamed)
        self._response: aiohttp.ClientResponse | None = None

    async def __aenter__(self) -> "Post":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._patience.close()
        if self._response is not None:
            self._response.close()
        known = None if failure is None else translated(failure)
        if known is not None:
            raise known from failure

    async def open(self, outgoing: Outgoing, asked: Sequence[str]) -> None:
        """Send it and wait for the headers; raises what any status but 200 means."""
        async with self._patience.opening():
            self._response = response = await self._send(outgoing)
            if response.status != 200:
                raise await self._failed(response, outgoing, asked)
        if response.content_type == "text/html" or (self._streamed and response.content_type == "application/json"):
            raise garbage()

    @property
    def request_id(self) -> str:
        """The server's own name of the request, where its headers tell one."""
        assert self._response is not None
        return self._response.headers.get(_REQUEST_ID, "")

    def read(self) -> Awaitable[bytes]:
        """The next bytes, empty at the end."""
        assert self._response is not None
        return self._patience.read(self._response.content)

    def heard(self) -> None:
        """Something of the answer has come."""
        self._patience.heard()

    async def drain(self) -> None:
        """Read the end of the body, so that the connection can serve the next turn; not worth a real wait."""
        assert self._response is not None
        if self._response.content.at_eof():
            return
        with suppress(TimeoutError, aiohttp.ClientError):
            async with asyncio.timeout(self._limits.drain_seconds):
                while await self._response.content.readany():
                    pass

    async def _send(self, outgoing: Outgoing) -> aiohttp.ClientResponse:
        """Send the question, twice where the first connection was a kept one that the server had closed meanwhile.

        On any other loss the server may be at work, and a second question would cost twice.
        """
        attempt = Attempt()
        try:
            return await self._send_once(outgoing, attempt)
        except aiohttp.ClientError as lost:
            if not attempt.met_closed_connection(lost):
                raise
            context = {"provider": self._name, "error": type(lost).__name__}
            _log.warning("kept connection had been closed", extra={"decision": "retry", "ctx": context})
        return await self._send_once(outgoing, Attempt())

    async def _send_once(self, outgoing: Outgoing, attempt: Attempt) -> aiohttp.ClientResponse:
        attempt.begin()
        body = outgoing.body
        headers = CIMultiDict(_COMMON)
        headers.update(outgoing.headers)
        # aiohttp writes bytes in one go, which would hold up the loop for a large picture; a file it writes in pieces.
        at_once = len(body) <= self._limits.write_at_once_bytes
        return await self._pool.session().post(
            outgoing.url,
            data=body if at_once else io.BytesIO(body),
            headers=headers,
            allow_redirects=False,
        )

    async def _failed(self, response: aiohttp.ClientResponse, outgoing: Outgoing, asked: Sequence[str]) -> NexyError:
        refused = is_refusal(response.status)
        wanted = refused or outgoing.judge is not None
        body = await _beginning(response, self._limits.max_reason_bytes) if wanted else b""
        judged = outgoing.judge(response.status, body) if outgoing.judge is not None else None
        if judged is not None:
            return judged
        if not refused:
            return failure_of_status(response.status, response.headers, self._clock.now())
        reason = safe_reason(body, asked, outgoing.headers)
        return refusal(response.status, reason, outgoing.remedies.get(response.status, ""))


async def _beginning(response: aiohttp.ClientResponse, most: int) -> bytes:
    """As much of the body as a reason may fill."""
    body = bytearray()
    with suppress(aiohttp.ClientError):
        while len(body) < most and (chunk := await response.content.readany()):
            body += chunk
    return bytes(body[:most])
