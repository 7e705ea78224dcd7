"""How long a provider may keep us waiting, at each stage of an answer."""

import asyncio
from types import TracebackType
from typing import Protocol

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.errors import DeadlineExceeded


class ByteSource(Protocol):
    """The part of aiohttp's stream that is read here."""

    async def readany(self) -> bytes:
        """The next bytes, empty at the end."""
        ...

    def set_exception(self, exc: BaseException) -> None:
        """Let the pending read, or the next one, raise this."""
        ...


class Patience:
    """Counts only the time spent waiting for the provider: a slow listener is not the provider's fault.

    One timer serves a whole answer. It is moved lazily, since arming one per token would cost more than the token.
    Raises `DeadlineExceeded` with the code of the stage that took too long. An answer that is not streamed comes all
    at once, so only its whole time is bounded, headers included, by a limit of its own: whoever comes next in the
    chain has to have time too.
    """

    def __init__(self, limits: WordsConfig, *, streamed: bool = True) -> None:
        self._loop = asyncio.get_running_loop()
        self._between_seconds = limits.between_tokens_timeout_seconds
        self._stage = "first_token" if streamed else "whole_answer"
        self._stage_left = limits.first_token_timeout_seconds if streamed else limits.unstreamed_answer_timeout_seconds
        self._whole_left = limits.whole_answer_timeout_seconds
        self._due: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._source: ByteSource | None = None

    def heard(self) -> None:
        """The provider said something: from here on the time between tokens counts."""
        self._stage, self._stage_left = "between_tokens", self._between_seconds

    def opening(self) -> "_Opening":
        """The context of what happens before the first byte, bounded."""
        return _Opening(self)

    async def read(self, source: ByteSource) -> bytes:
        """The next bytes of `source`, empty at its end."""
        began = self._loop.time()
        self._source, self._due = source, began + self._left
        if self._timer is None or self._due < self._timer.when():
            self._arm(self._due)
        try:
            return await source.readany()
        finally:
            self._due = None
            self._spend(self._loop.time() - began)

    def close(self) -> None:
        """Stop the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def _left(self) -> float:
        return max(min(self._stage_left, self._whole_left), 0.0)

    def _spend(self, seconds: float) -> None:
        self._stage_left -= seconds
        self._whole_left -= seconds

    def _arm(self, due: float) -> None:
        self.close()
        self._timer = self._loop.call_at(due, self._look)

    def _look(self) -> None:
        """The timer rang: move it if the deadline moved, otherwise end the pending read."""
        self._timer = None
        if self._due is None:
            return
        if self._loop.time() < self._due:
            self._arm(self._due)
        elif self._source is not None:
            self._source.set_exception(self._expired())

    def _expired(self) -> DeadlineExceeded:
        stage = self._stage if self._stage_left <= self._whole_left else "whole_answer"
        return DeadlineExceeded("The language model takes too long.", code=f"provider_{stage}_timeout")


class _Opening:
    """A class, since a generator here would cost each request as much as its timer."""

    __slots__ = ("_began", "_limit", "_patience")

    def __init__(self, patience: Patience) -> None:
        self._patience = patience

    async def __aenter__(self) -> None:
        patience = self._patience
        self._began = patience._loop.time()
        self._limit = asyncio.timeout(patience._left)
        await self._limit.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        patience = self._patience
        try:
            await self._limit.__aexit__(kind, failure, trace)
        except TimeoutError:
            raise patience._expired() from None
        finally:
            patience._spend(patience._loop.time() - self._began)
