"""The embedded voice: espeak-ng in worker processes."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from nexy.config.sections import SpeechConfig
from nexy.contracts.errors import Unavailable
from nexy.contracts.speech import Speak
from nexy.contracts.turn import SoundEvent
from nexy.modules.audio_generation.seam import Heard
from nexy.modules.audio_generation.spoken_text import clean_text, voices_for
from nexy.modules.audio_generation.stalls import CalledOff
from nexy.modules.audio_generation.wire import Order
from nexy.modules.audio_generation.worker_pool import WorkerPool
from nexy.modules.audio_generation.worker_process import UnknownVoice
from nexy.utils.read_ahead import read_ahead

_log = logging.getLogger("nexy.audio_generation")


class EspeakEngine:
    """Speaks through a `WorkerPool`.

    A sentence is taken from its worker as fast as it is made, up to `buffer_bytes` ahead of the reader. A longer one
    whose reader stops loses its worker to the next that wants one; its rest is made when the reader asks on.
    """

    name = "espeak"

    def __init__(self, settings: SpeechConfig) -> None:
        self._settings = settings
        self.pool = WorkerPool(settings)

    async def start(self) -> None:
        """Start the workers; raises `Unavailable` with the reason."""
        await self.pool.start()

    async def stop(self) -> None:
        """End the workers."""
        await self.pool.stop()

    def trouble(self) -> str:
        """Why nothing can be spoken now; empty when all is well."""
        return self.pool.trouble

    async def speak(self, sentence: Speak) -> AsyncGenerator[SoundEvent, None]:
        """The sound of one sentence, none where there is nothing to say; raises `Unavailable` or `TooLarge`."""
        text = clean_text(sentence.text)
        if not text:
            return
        voices = list(voices_for(sentence, self._settings))
        heard = Heard(self._settings.sample_rate)
        called_off = True
        while called_off:
            called_off = False
            spoken = self._spoken(text, voices, heard, first_of_turn=sentence.first_of_turn)
            try:
                async with read_ahead(spoken, weight=self._share) as ahead:
                    while await ahead.ready():
                        yield ahead.take()
            except CalledOff:
                # Raised only after all that was made before has been read.
                called_off = True

    def _share(self, event: SoundEvent) -> float:
        return len(event.data) / self._settings.buffer_bytes

    async def _spoken(
        self, text: str, voices: list[str], heard: Heard, *, first_of_turn: bool
    ) -> AsyncGenerator[SoundEvent, None]:
        settings = self._settings
        rate = settings.sample_rate
        seconds = settings.first_chunk_seconds if first_of_turn else settings.chunk_seconds
        while voices:
            order = Order(text=text, voice=voices[0], first_chunk_frames=round(rate * seconds))
            try:
                async with aclosing(self.pool.speak(order, heard)) as chunks:
                    async for chunk in chunks:
                        yield SoundEvent(data=chunk, sample_rate=rate)
                return
            except UnknownVoice:
                _log.warning("voice is unknown", extra={"decision": "degrade", "ctx": {"voice": voices.pop(0)}})
        raise Unavailable("no configured voice is known to espeak-ng", code="speech_voice_unknown")
