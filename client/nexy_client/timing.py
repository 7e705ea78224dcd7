"""How long a person waits."""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from nexy_client.events import ClientEvent, End, Sound, Text


class TurnTiming:
    """Seconds from the start of a turn to its first word, its first sound and its end; None while not there."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._started = clock()
        self.first_word: float | None = None
        self.first_sound: float | None = None
        self.total: float | None = None
        self.sound_seconds = 0.0

    def restart(self) -> None:
        """Let the turn begin now."""
        self._started = self._clock()

    def note(self, event: ClientEvent) -> None:
        """Take down one event as it comes."""
        elapsed = self._clock() - self._started
        if isinstance(event, Text) and self.first_word is None:
            self.first_word = elapsed
        elif isinstance(event, Sound):
            self.first_sound = elapsed if self.first_sound is None else self.first_sound
            self.sound_seconds += event.seconds
        elif isinstance(event, End):
            self.total = elapsed

    async def watch(self, events: AsyncGenerator[ClientEvent, None]) -> AsyncGenerator[ClientEvent, None]:
        """The same events, each taken down; the turn begins with the first `anext`."""
        self.restart()
        async with aclosing(events):
            async for event in events:
                self.note(event)
                yield event
