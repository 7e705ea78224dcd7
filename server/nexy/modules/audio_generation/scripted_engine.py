"""Sound that costs nothing: the deterministic engine of tests, demos and load runs."""

import math
import struct
from collections.abc import AsyncGenerator, Sequence

from nexy.config.sections import SpeechConfig
from nexy.contracts.speech import Speak
from nexy.contracts.turn import SoundEvent

_TONE_HERTZ = 480
_AMPLITUDE = 1000


class ScriptedEngine:
    """A quiet tone of `scripted_seconds` for every sentence; its chunks are made once and handed out by reference."""

    name = "scripted"

    def __init__(self, settings: SpeechConfig) -> None:
        self._settings = settings
        self._first: Sequence[SoundEvent] = ()
        self._later: Sequence[SoundEvent] = ()

    async def start(self) -> None:
        """Make the chunks; `scripted_seconds` shares the few that differ, so its length costs no memory."""
        settings = self._settings
        self._first = _tone_chunks(settings, settings.first_chunk_seconds)
        self._later = _tone_chunks(settings, settings.chunk_seconds)

    async def stop(self) -> None:
        """Nothing runs."""

    def trouble(self) -> str:
        """There is never any."""
        return ""

    async def speak(self, sentence: Speak) -> AsyncGenerator[SoundEvent, None]:
        """The same sound for every sentence, none for a blank one."""
        if sentence.text.strip():
            for event in self._first if sentence.first_of_turn else self._later:
                yield event


def _tone_chunks(settings: SpeechConfig, first_seconds: float) -> Sequence[SoundEvent]:
    rate = settings.sample_rate
    period = _period(rate)
    total, size = round(rate * settings.scripted_seconds), round(rate * first_seconds)
    made: dict[tuple[int, int], SoundEvent] = {}
    chunks: list[SoundEvent] = []
    start = 0
    while start < total:
        key = (start % (len(period) // 2), min(size, total - start))
        if key not in made:
            made[key] = SoundEvent(data=_cut(period, *key), sample_rate=rate)
        chunks.append(made[key])
        start, size = start + size, round(rate * settings.chunk_seconds)
    return tuple(chunks)


def _period(rate: int) -> bytes:
    frames = round(rate / _TONE_HERTZ)
    samples = (round(_AMPLITUDE * math.sin(2 * math.pi * frame / frames)) for frame in range(frames))
    return struct.pack(f"<{frames}h", *samples)


def _cut(period: bytes, phase: int, frames: int) -> bytes:
    repeated = period * (2 * (phase + frames) // len(period) + 1)
    return repeated[2 * phase : 2 * (phase + frames)]
