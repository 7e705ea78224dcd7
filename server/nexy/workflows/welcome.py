"""The greeting, as one piece of sound of known length."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from nexy.contracts.capabilities import SENTENCES, SPEECH
from nexy.contracts.errors import ValidationFailed
from nexy.contracts.sentences import CutSentences
from nexy.contracts.speech import Speak
from nexy.contracts.turn import EndEvent, SoundEvent
from nexy.contracts.welcome import WelcomeEvent, WelcomeMetadata, WelcomeRequestData
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.messages.catalogue import Catalogue
from nexy.utils.language import detect_language

MAX_GREETING_CHARACTERS = 2000
WELCOME_COMPLETE = "WELCOME_COMPLETE"


class WelcomeWorkflowIntegration:
    """Speaks a greeting: metadata with the true duration first, then the sound, then the end."""

    def __init__(self, coordinator: ModuleCoordinator, configured_text: str, default_language: str) -> None:
        self._coordinator = coordinator
        self._configured_text = configured_text
        self._default_language = default_language

    async def greet(self, request: WelcomeRequestData) -> AsyncGenerator[WelcomeEvent, None]:
        """Text, voice and language of the request are honoured; empty text gives the configured greeting.

        Raises `ValidationFailed` for a text that is too long and `Unavailable` without a voice.
        """
        if len(request.text) > MAX_GREETING_CHARACTERS:
            raise ValidationFailed(f"text: longer than {MAX_GREETING_CHARACTERS} characters", field="text")
        speech = self._coordinator.get(SPEECH)
        language = request.language.partition("-")[0].lower()
        text = request.text.strip() or self._greeting(language)
        chunks: list[SoundEvent] = []
        for sentence in await self._spoken(text):
            speak = Speak(
                text=sentence,
                first_of_turn=not chunks,
                voice=request.voice,
                language=language,
                turn_language=detect_language(text, self._default_language),
            )
            async with aclosing(await speech.process(speak)) as sound:
                chunks += [chunk async for chunk in sound]
        if not chunks:
            raise ValidationFailed("text: nothing in it can be spoken", field="text")
        rate = chunks[0].sample_rate
        frames = sum(chunk.frames for chunk in chunks)
        yield WelcomeMetadata(method="server", duration_seconds=frames / rate, sample_rate=rate)
        for chunk in chunks:
            yield chunk
        yield EndEvent(text=WELCOME_COMPLETE)

    def _greeting(self, language: str) -> str:
        if self._configured_text:
            return self._configured_text
        return Catalogue(language if language in ("ru", "en") else self._default_language).text("voice.greeting")

    async def _spoken(self, text: str) -> list[str]:
        if not self._coordinator.has(SENTENCES):
            return [text]

        async def whole() -> AsyncGenerator[str, None]:
            yield text

        async with aclosing(await self._coordinator.get(SENTENCES).process(CutSentences(text=whole()))) as sentences:
            return [sentence.spoken async for sentence in sentences if sentence.spoken]
