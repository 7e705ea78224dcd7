"""Sentences from a stream of text, also when the stream falters."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from nexy.config.sections import SentencesConfig
from nexy.contracts.sentences import Sentence
from nexy.modules.text_filtering.cutter import SentenceCutter
from nexy.modules.text_filtering.speakable import Speakable
from nexy.utils.supervisor import owned_task

# Characters of pieces that may wait while the reader is busy; then the source waits.
_AHEAD_CHARACTERS = 32_768


async def cut_stream(text: AsyncGenerator[str, None], section: SentencesConfig) -> AsyncGenerator[Sentence, None]:
    """Sentences of `text`, each as soon as it is decided or a pause releases it; closes `text`, raises its failure."""
    speakable = Speakable()
    pace = _Pace(SentenceCutter(section), section.release_after_seconds)
    async with aclosing(text), owned_task(pace.fill(text)) as filling:
        while await pace.ready():
            piece = pace.take()
            yield Sentence(text=piece, spoken=speakable.spoken(piece))
        await filling


class _Pace:
    """The pieces of one turn, cut by the task that reads the tokens, so that a token wakes nobody else.

    A timer for every token would cost more than cutting it. One timer is set for the earliest pause that is
    possible; when it fires and tokens came meanwhile, it is set anew for what is left.
    """

    def __init__(self, cutter: SentenceCutter, patience: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._cutter = cutter
        self._patience = patience
        self._pieces: deque[str] = deque()
        self._held = 0
        self._heard_at = 0.0
        self._released = False
        self._ended = False
        self._timer: asyncio.TimerHandle | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None

    async def fill(self, text: AsyncGenerator[str, None]) -> None:
        """Cut all of `text`, waiting whenever too much of it is unread."""
        try:
            async for token in text:
                self._hear(token)
                while self._held >= _AHEAD_CHARACTERS:
                    self._writer = self._loop.create_future()
                    await self._writer
            self._put(self._cutter.finish())
        finally:
            self._ended = True
            if self._timer is not None:
                self._timer.cancel()
            _wake(self._reader)

    def _hear(self, token: str) -> None:
        self._heard_at = self._loop.time()
        self._released = False
        self._put(self._cutter.feed(token))
        if self._timer is None and self._cutter.holds_text:
            self._timer = self._loop.call_at(self._heard_at + self._patience, self._look)

    def _look(self) -> None:
        """Release what a pause sets free, once it has really lasted long enough."""
        self._timer = None
        if self._released or not self._cutter.holds_text:
            return
        due = self._heard_at + self._patience
        if self._loop.time() < due:
            self._timer = self._loop.call_at(due, self._look)
            return
        self._released = True
        self._put(self._cutter.release())

    def _put(self, pieces: Sequence[str]) -> None:
        if pieces:
            self._pieces.extend(pieces)
            self._held += sum(map(len, pieces))
            _wake(self._reader)

    async def ready(self) -> bool:
        """Wait for the next piece; false when there is none left."""
        while not self._pieces:
            if self._ended:
                return False
            self._reader = self._loop.create_future()
            await self._reader
        return True

    def take(self) -> str:
        """The next piece; only after `ready` said true."""
        piece = self._pieces.popleft()
        self._held -= len(piece)
        _wake(self._writer)
        return piece


def _wake(future: "asyncio.Future[None] | None") -> None:
    if future is not None and not future.done():
        future.set_result(None)
