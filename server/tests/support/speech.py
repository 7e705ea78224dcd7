"""Speech for tests: a running module, its sound collected, its processes watched."""

import os
import select
from array import array
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

from nexy.config.sections import SpeechConfig
from nexy.contracts.speech import Speak
from nexy.contracts.turn import SoundEvent
from nexy.modules.audio_generation.espeak_engine import EspeakEngine
from nexy.modules.audio_generation.module import AudioGenerationModule
from nexy.modules.audio_generation.worker_pool import WorkerPool
from support.peers import FakePeers

ENGLISH = "The weather in the mountains is calm and clear today."
RUSSIAN = "Сегодня в горах тихая и ясная погода без дождя."
HEBREW = "היום מזג האוויר בהרים נעים ובהיר."
LONG = f"{ENGLISH} " * 60


@asynccontextmanager
async def running(settings: SpeechConfig) -> AsyncGenerator[AudioGenerationModule, None]:
    """A started module, cleaned up afterwards."""
    module = AudioGenerationModule()
    try:
        await module.initialize(settings, FakePeers())
        yield module
    finally:
        await module.cleanup()


def pool_of(module: AudioGenerationModule) -> WorkerPool:
    """The workers behind the module."""
    engine = module._engine
    assert isinstance(engine, EspeakEngine)
    return engine.pool


async def heard(module: AudioGenerationModule, request: Speak) -> Sequence[SoundEvent]:
    """All sound of one sentence."""
    async with aclosing(await module.process(request)) as sound:
        return [event async for event in sound]


def pcm(events: Iterable[SoundEvent]) -> bytes:
    """The sound as one piece."""
    return b"".join(event.data for event in events)


def seconds(events: Sequence[SoundEvent]) -> float:
    """How long the sound lasts."""
    return sum(event.frames / event.sample_rate for event in events)


def loudness(data: bytes) -> float:
    """Root mean square of PCM int16."""
    samples = array("h", data)
    return float((sum(sample * sample for sample in samples) / max(1, len(samples))) ** 0.5)


def child_pids() -> set[int]:
    """This process's children, zombies included; empty where the system has no /proc."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == os.getpid():
            found.add(int(stat.parent.name))
    return found


def wait_gone(pidfd: int, timeout_seconds: float) -> bool:
    """Whether the process behind a descriptor of `os.pidfd_open` ends in time."""
    return bool(select.select([pidfd], [], [], timeout_seconds)[0])
