"""What every source of sound is."""

from collections.abc import AsyncGenerator
from typing import Protocol

from nexy.contracts.speech import Speak
from nexy.contracts.turn import SoundEvent


class SpeechEngine(Protocol):
    """Turns sentences into sound: PCM int16 mono at the configured rate, cut as `Speak` promises."""

    @property
    def name(self) -> str:
        """As the configuration calls it."""
        ...

    async def start(self) -> None:
        """Make ready; raises `Unavailable` with the reason."""
        ...

    def speak(self, sentence: Speak) -> AsyncGenerator[SoundEvent, None]:
        """The sound of one sentence, none where there is nothing to say; raises `Unavailable`."""
        ...

    async def stop(self) -> None:
        """Release everything; safe after a failed start and when called twice."""
        ...

    def trouble(self) -> str:
        """Why nothing can be spoken now, in one line; empty when all is well."""
        ...
