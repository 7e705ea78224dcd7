"""Sentences from a stream of text, also when the stream falters."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from nexy.config.sections import SentencesConfig
from nexy.contracts.sentences import Sentence
from nexy.modules.text_filtering.cutter import SentenceCutter
from nexy.modules.text_filtering.speakable import Speakable
from nexy.utils.read_ahead import Ahead, read_ahead

# Characters that may wait unread while the reader is busy; then the source waits.
_AHEAD_CHARACTERS = 32_768


async def cut_stream(text: AsyncGenerator[str, None], section: SentencesConfig) -> AsyncGenerator[Sentence, None]:
    """Sentences of `text`, each as soon as it is decided or a pause releases it; closes `text`, raises its failure."""
    speakable = Speakable()
    async with aclosing(text), read_ahead(text, weight=_weight) as ahead:
        pace = _Pace(ahead, SentenceCutter(section), section.release_after_seconds)
        while not pace.ended:
            for piece in await pace.next_pieces():
                yield Sentence(text=piece, spoken=speakable.spoken(piece))


def _weight(token: str) -> float:
    return (len(token) + 1) / _AHEAD_CHARACTERS


class _Pace:
    """The tokens of one turn and the pauses between them.

    A timer for every token would cost more than cutting it. One timer is set for the earliest pause that is
    possible; when it fires and tokens came meanwhile, it is set anew for what is left.
    """

    def __init__(self, ahead: Ahead[str], cutter: SentenceCutter, patience: float) -> None:
        self._ahead = ahead
        self._cutter = cutter
        self._patience = patience
        self._clock = asyncio.get_running_loop().time
        self._heard_at = self._clock()
        self._released = True
        self.ended = False

    async def next_pieces(self) -> Sequence[str]:
        """The pieces that come next, several when one token completes several; none only at the end."""
        while True:
            waits = self._cutter.holds_text and not self._released
            pause_at = self._heard_at + self._patience if waits else None
            try:
                async with asyncio.timeout_at(pause_at) as timer:
                    return await self._listen(timer)
            except TimeoutError:
                # The source's own time-out is a failure of the turn, not a pause.
                if not timer.expired():
                    raise
            if pieces := self._pause():
                return pieces

    async def _listen(self, timer: asyncio.Timeout) -> Sequence[str]:
        while await self._ahead.ready():
            pieces = self._cutter.feed(self._ahead.take())
            self._heard_at = self._clock()
            self._released = False
            if pieces:
                return pieces
            if timer.when() is None:
                timer.reschedule(self._heard_at + self._patience)
        self.ended = True
        return self._cutter.finish()

    def _pause(self) -> Sequence[str]:
        """What the pause releases, once it has really lasted long enough."""
        if self._clock() < self._heard_at + self._patience:
            return ()
        self._released = True
        return self._cutter.release()
