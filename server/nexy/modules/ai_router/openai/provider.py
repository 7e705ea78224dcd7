"""Words from any server that speaks OpenAI chat completions."""

import asyncio
import io
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress

import aiohttp

from nexy.config.sections import WordsConfig
from nexy.contracts.clock import Clock
from nexy.contracts.errors import NexyError
from nexy.contracts.words import Chat, WordsBegun, WordsDelta, WordsEvent
from nexy.modules.ai_router.openai.address import Endpoint
from nexy.modules.ai_router.openai.answer_stream import AnswerStream
from nexy.modules.ai_router.openai.failures import check_answer, translated
from nexy.modules.ai_router.openai.patience import Patience
from nexy.modules.ai_router.openai.pool import Attempt, ConnectionPool
from nexy.modules.ai_router.openai.wire import request_body

_log = logging.getLogger("nexy.ai_router")

# aiohttp writes bytes in one go, which would hold up the loop for a large screenshot; a file it writes in pieces.
_AT_ONCE_BYTES = 256 * 1024


class OpenAiProvider:
    """Streams one answer per request over shared connections; a delta holds all that came in one read."""

    name = "openai"

    def __init__(self, config: WordsConfig, endpoint: Endpoint, clock: Clock) -> None:
        self._config = config
        self._endpoint = endpoint
        self._clock = clock
        self._pool = ConnectionPool(config)
        self._headers = _headers(endpoint)

    async def stream(self, chat: Chat) -> AsyncGenerator[WordsEvent, None]:
        """That it began, the answer as it comes, then its usage where the server counts it."""
        patience = Patience(self._config)
        response: aiohttp.ClientResponse | None = None
        try:
            with translated():
                response = await self._open(chat, patience)
                yield self._begun(chat)
                answer = self._answer_stream()
                while not answer.done and (chunk := await patience.read(response.content)):
                    if words := answer.feed(chunk):
                        if not words.isspace():
                            patience.heard()
                        yield WordsDelta(text=words)
                answer.check_complete()
                if answer.usage is not None:
                    yield answer.usage
                await self._drain(response)
        finally:
            patience.close()
            if response is not None:
                response.close()

    async def close(self) -> None:
        """Close the shared connections."""
        await self._pool.close()

    def _begun(self, chat: Chat) -> WordsBegun:
        pictures = int(self._config.openai.send_screenshot and chat.screenshot is not None)
        return WordsBegun(provider=self.name, model=self._config.openai.model, chat=chat, pictures=pictures)

    def _answer_stream(self) -> AnswerStream:
        return AnswerStream(
            provider=self.name,
            model=self._config.openai.model,
            max_line_bytes=self._config.max_line_bytes,
            max_answer_bytes=self._config.max_answer_bytes,
        )

    async def _open(self, chat: Chat, patience: Patience) -> aiohttp.ClientResponse:
        body = request_body(chat, self._config.openai)
        async with patience.opening():
            response = await self._post(body)
        try:
            check_answer(response, self._clock.now())
        except NexyError:
            response.close()
            raise
        return response

    async def _post(self, body: bytes) -> aiohttp.ClientResponse:
        """Send the question, twice where the first connection was a kept one that the server had closed meanwhile.

        On any other loss the server may be at work, and a second question would cost twice.
        """
        attempt = Attempt()
        try:
            return await self._post_once(body, attempt)
        except aiohttp.ClientError as lost:
            if not attempt.met_closed_connection(lost):
                raise
            context = {"provider": self.name, "error": type(lost).__name__}
            _log.warning("kept connection had been closed", extra={"decision": "retry", "ctx": context})
        return await self._post_once(body, Attempt())

    async def _post_once(self, body: bytes, attempt: Attempt) -> aiohttp.ClientResponse:
        data = body if len(body) <= _AT_ONCE_BYTES else io.BytesIO(body)
        return await self._pool.session().post(
            self._endpoint.url, data=data, headers=self._headers, allow_redirects=False, trace_request_ctx=attempt
        )

    async def _drain(self, response: aiohttp.ClientResponse) -> None:
        """Read the end of the body, so that the connection can serve the next turn; not worth a real wait."""
        with suppress(TimeoutError, aiohttp.ClientError):
            async with asyncio.timeout(self._config.drain_seconds):
                while await response.content.readany():
                    pass


def _headers(endpoint: Endpoint) -> Mapping[str, str]:
    headers = {
        "Content-Type": "application/json",
        "Accept": "text/event-stream",
        "Accept-Encoding": "identity",
    }
    if endpoint.api_key:
        headers["Authorization"] = f"Bearer {endpoint.api_key}"
    return headers
