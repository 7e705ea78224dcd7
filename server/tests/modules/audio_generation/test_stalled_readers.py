"""Readers who stop in the middle of sound that is larger than every buffer."""

import asyncio
import tracemalloc
from array import array
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, aclosing

import pytest

from nexy.config.sections import SpeechConfig
from nexy.contracts.errors import Unavailable
from nexy.contracts.speech import Speak
from nexy.contracts.turn import SoundEvent
from nexy.modules.audio_generation.module import AudioGenerationModule
from nexy.modules.audio_generation.worker_process import SpeechWorker
from support.speech import ENGLISH, heard, pcm, pool_of, running, seconds

pytestmark = pytest.mark.slow

MEBIBYTE = 1024 * 1024
CHUNK_BYTES = 2 * 9600
NUMBERS = ("1234567, 7654321, 9876543, 3456789, " * 9)[:290]
# Without flutter the engine says nearly the same every time, so that what is spoken again can be compared.
STEADY = "en+Storm"


async def _stopped(
    module: AudioGenerationModule, readers: AsyncExitStack, **speak: str
) -> AsyncGenerator[SoundEvent, None]:
    """Somebody who asked for two minutes of numbers and reads no further than the first chunk."""
    sound = await readers.enter_async_context(aclosing(await module.process(Speak(text=NUMBERS, **speak))))
    assert (await anext(sound)).data
    return sound


async def _read(sound: AsyncGenerator[SoundEvent, None]) -> Sequence[SoundEvent]:
    return [event async for event in sound]


def _alike(sound: bytes, other: bytes) -> bool:
    """Equally long, and nowhere apart by more than the engine's own residue."""
    pairs = zip(array("h", sound), array("h", other), strict=False)
    return len(sound) == len(other) and all(abs(one - two) < 500 for one, two in pairs)


async def test_stopped_readers_do_not_take_the_voice_from_others() -> None:
    """Three stopped readers for each worker, and whoever speaks next is heard at once, time after time."""
    async with running(SpeechConfig(workers=2)) as module, AsyncExitStack() as readers:
        pids = pool_of(module).pids
        async with asyncio.timeout(8):
            for _reader in range(6):
                await _stopped(module, readers)
            for _turn in range(10):
                assert seconds(await heard(module, Speak(text=ENGLISH, first_of_turn=True))) > 1
        assert pool_of(module).pids == pids


@pytest.mark.parametrize("buffer_bytes", [2 * MEBIBYTE, 65_536])
async def test_who_reads_on_hears_the_whole_sentence(buffer_bytes: int) -> None:
    """A sentence that was called off goes on frame by frame as if nothing had been, again and again."""
    settings = SpeechConfig(workers=1, buffer_bytes=buffer_bytes)
    async with running(settings) as module, AsyncExitStack() as readers:
        whole = pcm(await heard(module, Speak(text=NUMBERS, voice=STEADY)))
        sound = await _stopped(module, readers, voice=STEADY)
        events: list[SoundEvent] = []
        for _stop in range(4):
            await heard(module, Speak(text=ENGLISH))
            events += [await anext(sound) for _chunk in range(150)]
        events += await _read(sound)
    assert _alike(pcm(events), whole[CHUNK_BYTES:])
    assert {len(event.data) for event in events[:-1]} == {CHUNK_BYTES}


async def test_the_usual_voice_keeps_its_length() -> None:
    """With the engine's own wavering a resumed sentence is as long as the same sentence otherwise is."""
    async with running(SpeechConfig(workers=1)) as module, AsyncExitStack() as readers:
        lengths = [seconds(await heard(module, Speak(text=NUMBERS))) for _run in range(3)]
        sound = await _stopped(module, readers)
        await heard(module, Speak(text=ENGLISH))
        resumed = seconds(await _read(sound)) + CHUNK_BYTES / 96_000
    assert resumed == pytest.approx(sum(lengths) / 3, abs=0.25)


async def test_a_reader_nobody_waits_behind_keeps_its_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading slowly costs nothing as long as a worker is free for the others: nothing is called off."""
    called_off: list[float] = []

    async def abandon(_worker: SpeechWorker, timeout_seconds: float) -> bool:
        called_off.append(timeout_seconds)
        return False

    async with running(SpeechConfig(workers=2)) as module, AsyncExitStack() as readers:
        whole = seconds(await heard(module, Speak(text=NUMBERS, voice=STEADY)))
        monkeypatch.setattr(SpeechWorker, "abandon", abandon)
        sound = await _stopped(module, readers, voice=STEADY)
        for _other in range(20):
            await heard(module, Speak(text=ENGLISH))
        assert seconds(await _read(sound)) == pytest.approx(whole - CHUNK_BYTES / 96_000)
    assert not called_off


async def test_a_stopped_reader_holds_a_bounded_amount() -> None:
    """What lies unread after a call-off is the buffer and one chunk; all of it can still be read."""
    async with running(SpeechConfig(workers=1)) as module, AsyncExitStack() as readers:
        sound = await _stopped(module, readers)
        await heard(module, Speak(text=ENGLISH))
        await module.cleanup()
        unread = 0
        with pytest.raises(Unavailable):
            async for event in sound:
                unread += len(event.data)
    assert 2 * MEBIBYTE - CHUNK_BYTES <= unread <= 2 * MEBIBYTE + CHUNK_BYTES


async def test_stopped_readers_cost_little_memory() -> None:
    """A reader that is stalled with its worker still in hand holds less than 3 MiB, the pipe's buffers included."""
    async with running(SpeechConfig(workers=2)) as module, AsyncExitStack() as readers:
        await heard(module, Speak(text=ENGLISH))
        tracemalloc.start()
        try:
            await _stopped(module, readers)
            for _other in range(20):
                await heard(module, Speak(text=ENGLISH))
            held, _peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert 2 * MEBIBYTE < held < 3 * MEBIBYTE


async def test_many_slow_readers_all_arrive() -> None:
    """Three readers with next to no buffer push each other off one worker, and each hears all of its text."""
    texts = [f"{ENGLISH} " * count for count in (2, 3, 4)]
    async with running(SpeechConfig(workers=1, buffer_bytes=1)) as module, asyncio.timeout(40):
        alone = [pcm(await heard(module, Speak(text=text, voice=STEADY))) for text in texts]
        together = await asyncio.gather(*(heard(module, Speak(text=text, voice=STEADY)) for text in texts))
    assert all(_alike(pcm(events), sound) for events, sound in zip(together, alone, strict=True))


async def test_readers_who_leave_after_a_call_off_break_nothing() -> None:
    """A called-off sentence that is closed instead of read gives its worker back once, not twice."""
    async with running(SpeechConfig(workers=1, buffer_bytes=1)) as module:
        pids = pool_of(module).pids
        alone = pcm(await heard(module, Speak(text=ENGLISH, voice=STEADY)))
        for _turn in range(10):
            async with AsyncExitStack() as readers:
                await _stopped(module, readers)
                await _stopped(module, readers)
                await heard(module, Speak(text=ENGLISH))
        together = await asyncio.gather(*(heard(module, Speak(text=ENGLISH, voice=STEADY)) for _reader in range(4)))
        assert pool_of(module).pids == pids
    assert all(_alike(pcm(events), alone) for events in together)


async def test_a_stalled_worker_that_cannot_be_called_off_is_replaced(stub: Callable[[str], None]) -> None:
    """A worker that hangs while its reader is stopped is killed; its sentence and the next one are both spoken."""
    stub("""
        first = first_life()
        reply(READY)
        while True:
            order()
            reply(ACCEPTED)
            for chunk in range(5):
                reply(SOUND, bytes([chunk]) * 960)
            if first:
                threading.Event().wait()
            reply(END)
    """)
    settings = SpeechConfig(workers=1, buffer_bytes=1, drain_seconds=0.05)
    whole = b"".join(bytes([chunk]) * 960 for chunk in range(5))
    async with running(settings) as module, AsyncExitStack() as readers:
        pids = pool_of(module).pids
        sound = await _stopped(module, readers)
        assert pcm(await heard(module, Speak(text=ENGLISH))) == whole
        assert pcm(await _read(sound)) == whole[960:]
        assert pool_of(module).pids != pids
