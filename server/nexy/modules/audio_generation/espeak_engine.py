"""The embedded voice: espeak-ng in worker processes."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from nexy.config.sections import SpeechConfig
from nexy.contracts.errors import Unavailable
from nexy.contracts.speech import Speak
from nexy.contracts.turn import SoundEvent
from nexy.modules.audio_generation.spoken_text import clean_text, voices_for
from nexy.modules.audio_generation.wire import Order
from nexy.modules.audio_generation.worker_pool import WorkerPool
from nexy.modules.audio_generation.worker_process import UnknownVoice
from nexy.utils.read_ahead import read_ahead

_log = logging.getLogger("nexy.audio_generation")


class EspeakEngine:
    """Speaks through a `WorkerPool`.

    A sentence is taken from its worker as fast as it is made, up to `buffer_bytes` ahead of the reader:
    a slow reader does not keep a worker from the others.
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
        async with read_ahead(self._spoken(text, sentence), weight=self._share) as ahead:
            while await ahead.ready():
                yield ahead.take()

    def _share(self, event: SoundEvent) -> float:
        return len(event.data) / self._settings.buffer_bytes

    async def _spoken(self, text: str, sentence: Speak) -> AsyncGenerator[SoundEvent, None]:
        settings = self._settings
        rate = settings.sample_rate
        seconds = settings.first_chunk_seconds if sentence.first_of_turn else settings.chunk_seconds
        for voice in voices_for(sentence, settings):
            order = Order(text=text, voice=voice, first_chunk_frames=round(rate * seconds))
            try:
                async with aclosing(self.pool.speak(order)) as chunks:
                    async for chunk in chunks:
                        yield SoundEvent(data=chunk, sample_rate=rate)
                return
            except UnknownVoice:
                _log.warning("voice is unknown", extra={"decision": "degrade", "ctx": {"voice": voice}})
        raise Unavailable("no configured voice is known to espeak-ng", code="speech_voice_unknown")
