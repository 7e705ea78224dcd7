"""The greeting, as one piece of sound of known length."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

from nexy.config.sections import WelcomeConfig
from nexy.contracts.capabilities import SENTENCES, SPEECH
from nexy.contracts.errors import TooLarge, ValidationFailed
from nexy.contracts.module import UniversalModuleInterface
from nexy.contracts.sentences import CutSentences
from nexy.contracts.speech import Speak
from nexy.contracts.turn import EndEvent, SoundEvent
from nexy.contracts.welcome import WelcomeEvent, WelcomeMetadata, WelcomeRequestData
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.messages.catalogue import Catalogue
from nexy.utils.language import detect_language

WELCOME_COMPLETE = "WELCOME_COMPLETE"


class WelcomeWorkflowIntegration:
    """Speaks a greeting: metadata with the true duration first, then the sound, then the end."""

    def __init__(self, coordinator: ModuleCoordinator, section: WelcomeConfig, default_language: str) -> None:
        self._coordinator = coordinator
        self._section = section
        self._default_language = default_language

    async def greet(self, request: WelcomeRequestData) -> AsyncGenerator[WelcomeEvent, None]:
        """Text, voice and language of the request are honoured; empty text gives the configured greeting.

        Raises `ValidationFailed` for a text that is too long, `TooLarge` for one that takes too long to say, and
        `Unavailable` without a voice.
        """
        longest = self._section.max_characters
        if len(request.text) > longest:
            raise ValidationFailed(f"text: longer than {longest} characters", field="text")
        speech = self._coordinator.get(SPEECH)
        language = request.language.partition("-")[0].lower()
        text = request.text.strip() or self._greeting(language)
        frame = Speak(
            text="",
            voice=request.voice,
            language=language,
            turn_language=detect_language(text, self._default_language),
        )
        chunks = await self._sound_of(text, speech, frame)
        if not chunks:
            raise ValidationFailed("text: nothing in it can be spoken", field="text")
        rate = chunks[0].sample_rate
        frames = sum(chunk.frames for chunk in chunks)
        yield WelcomeMetadata(method="server", duration_seconds=frames / rate, sample_rate=rate)
        for chunk in chunks:
            yield chunk
        yield EndEvent(text=WELCOME_COMPLETE)

    async def _sound_of(self, text: str, speech: UniversalModuleInterface, frame: Speak) -> list[SoundEvent]:
        """All of it, because its duration is told first; so it must fit into what one reader may hold."""
        chunks: list[SoundEvent] = []
        held = 0
        for sentence in await self._spoken(text):
            speak = replace(frame, text=sentence, first_of_turn=not chunks)
            async with aclosing(await speech.process(speak)) as sound:
                async for chunk in sound:
                    chunks.append(chunk)
                    held += len(chunk.data)
                    if held > self._section.max_bytes:
                        raise TooLarge("text: it takes too long to say as a greeting", field="text")
        return chunks

    def _greeting(self, language: str) -> str:
        if self._section.text:
            return self._section.text
        return Catalogue(language if language in ("ru", "en") else self._default_language).text("voice.greeting")

    async def _spoken(self, text: str) -> list[str]:
        if not self._coordinator.has(SENTENCES):
            return [text]

        async def whole() -> AsyncGenerator[str, None]:
            yield text

        async with aclosing(await self._coordinator.get(SENTENCES).process(CutSentences(text=whole()))) as sentences:
            return [sentence.spoken async for sentence in sentences if sentence.spoken]
