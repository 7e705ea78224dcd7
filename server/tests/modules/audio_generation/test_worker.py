"""The worker process itself."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from nexy.modules.audio_generation.wire import Order
from nexy.modules.audio_generation.worker_process import SpeechWorker, UnknownVoice
from support.speech import ENGLISH, LONG, wait_gone

ARGUMENTS = ("nexy-speech-test", "48000", "165", "9600", "0.15")
RUSSIAN_DICTIONARY = 8_000_000
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc and pidfd")
pytestmark = pytest.mark.slow


@asynccontextmanager
async def _worker(*voices: str) -> AsyncGenerator[SpeechWorker, None]:
    worker = await SpeechWorker.launch((*ARGUMENTS, *voices), 5)
    try:
        yield worker
    finally:
        await worker.stop(1)


async def _spoken(worker: SpeechWorker, text: str = ENGLISH, voice: str = "en-us") -> Sequence[bytes]:
    order = Order(text=text, voice=voice, first_chunk_frames=1440)
    async with aclosing(worker.speak(order, 10)) as chunks:
        return [chunk async for chunk in chunks]


async def test_it_speaks_and_is_free_again() -> None:
    """One order after another is answered with sound and an end."""
    async with _worker() as worker:
        for _sentence in range(3):
            chunks = await _spoken(worker)
            assert len(chunks[0]) == 2 * 1440
            assert {len(chunk) for chunk in chunks[1:-1]} == {2 * 9600}
            assert not worker.busy


async def test_it_ends_when_its_input_closes() -> None:
    """Without a server to listen to, it leaves by itself and with success."""
    worker = await SpeechWorker.launch(ARGUMENTS, 5)
    await worker.stop(5)
    assert await worker.ended() == 0


async def test_it_ends_when_its_input_closes_mid_sentence() -> None:
    """Even in the middle of a long sentence, with nobody reading, the end of the server is its end."""
    worker = await SpeechWorker.launch(ARGUMENTS, 5)
    async with aclosing(worker.speak(Order(text=LONG, voice="en-us", first_chunk_frames=1440), 10)) as chunks:
        await anext(chunks)
        await worker.stop(0.2)
    assert await worker.ended() in (0, -signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_signals_to_the_group_are_the_servers(number: signal.Signals) -> None:
    """Ctrl-C in a terminal or a supervisor's SIGTERM does not end a sentence that the server lets finish."""
    async with _worker() as worker:
        before = await _spoken(worker)
        os.kill(worker.pid, number)
        assert len(await _spoken(worker)) == len(before)


async def test_an_unknown_voice_is_told() -> None:
    """A voice that does not exist is refused by its own answer, and the worker goes on."""
    async with _worker() as worker:
        with pytest.raises(UnknownVoice):
            await _spoken(worker, voice="nobody")
        assert not worker.busy
        assert await _spoken(worker)


async def test_a_cancel_that_comes_too_late_is_ignored() -> None:
    """Calling off a sentence that has just ended does not touch the next one."""
    async with _worker() as worker:
        order = Order(text="Yes", voice="en-us", first_chunk_frames=1440)
        alone = b"".join(await _spoken(worker, "Yes"))
        for _sentence in range(10):
            async with aclosing(worker.speak(order, 10)) as chunks:
                await anext(chunks)
            assert await worker.abandon(5)
            assert abs(len(b"".join(await _spoken(worker, "Yes"))) - len(alone)) < 4000


async def test_calling_off_a_long_sentence_is_quick() -> None:
    """A called-off text of hours ends with the sound that is on its way; the next one is clean."""
    hours = "word and more words " * 5000
    async with _worker() as worker:
        whole = b"".join(await _spoken(worker))
        async with aclosing(worker.speak(Order(text=hours, voice="en-us", first_chunk_frames=1440), 10)) as chunks:
            await anext(chunks)
        assert worker.busy
        assert await worker.abandon(2)
        assert abs(len(b"".join(await _spoken(worker))) - len(whole)) < 4000


@linux
async def test_it_is_small_and_says_what_it_is() -> None:
    """`ps` names the worker, and with a voice loaded it holds less than 30 MB of its own."""
    async with _worker() as worker:
        await _spoken(worker, "Привет, мир", "ru")
        process = Path(f"/proc/{worker.pid}")
        assert "nexy-speech-test" in (process / "cmdline").read_text()
        rollup = (process / "smaps_rollup").read_text()
        pss = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    assert pss < 30_000


def _bytes_read(worker: SpeechWorker) -> int:
    return int(Path(f"/proc/{worker.pid}/io").read_text().split()[1])


@linux
async def test_voices_are_loaded_while_nobody_asks() -> None:
    """After the start the dictionaries are read without an order, and the first Russian sentence reads none."""
    async with _worker("ru", "en-us", "ru") as worker, asyncio.timeout(5):
        while _bytes_read(worker) < 3 * RUSSIAN_DICTIONARY // 2:
            await asyncio.sleep(0)
        before = _bytes_read(worker)
        await _spoken(worker, "Привет, мир", "ru")
        assert _bytes_read(worker) - before < RUSSIAN_DICTIONARY // 2


@linux
async def test_an_order_comes_before_the_voices() -> None:
    """A worker with a long list of voices to load answers what it is asked in between."""
    async with _worker(*["ru", "en-us"] * 500) as worker:
        for _sentence in range(3):
            assert await _spoken(worker)
        assert _bytes_read(worker) < 250 * RUSSIAN_DICTIONARY


@linux
async def test_a_voice_in_use_is_not_loaded_again() -> None:
    """The second sentence in one voice reads no dictionary; another voice in between makes it read again."""
    async with _worker() as worker:
        read = [_bytes_read(worker)]
        for voice in ("ru", "ru", "en-us", "ru"):
            await _spoken(worker, "Привет, мир", voice)
            read.append(_bytes_read(worker))
    loaded = [after - before > RUSSIAN_DICTIONARY // 2 for before, after in pairwise(read)]
    assert loaded == [True, False, False, True]


async def test_loading_voices_does_not_change_the_sound() -> None:
    """The first sentence is the same byte for byte, whether or not the voices were loaded before it."""
    async with _worker() as worker:
        cold = await _spoken(worker)
    async with _worker("ru", "en-us", "ru", "nobody-has-this") as worker:
        assert await _spoken(worker) == cold


async def test_an_echo_does_not_reach_the_next_sentence() -> None:
    """A voice with an echo starts each sentence clean: what another one heard before is not in it."""
    async with _worker() as worker:
        first = await _spoken(worker, "Yes", "en+f3")
        for _turn in range(3):
            await _spoken(worker, ENGLISH, "en+f3")
            assert len(b"".join(await _spoken(worker, "Yes", "en+f3"))) == pytest.approx(len(b"".join(first)), abs=4000)


@linux
def test_it_never_outlives_a_killed_server() -> None:
    """SIGKILL of the server ends its workers, idle or in the middle of a sentence."""
    code = f"""
import asyncio
from contextlib import aclosing
from nexy.config.sections import SpeechConfig
from nexy.modules.audio_generation.seam import Heard
from nexy.modules.audio_generation.wire import Order
from nexy.modules.audio_generation.worker_pool import WorkerPool

async def main():
    pool = WorkerPool(SpeechConfig(workers=2))
    await pool.start()
    order = Order(text={LONG!r}, voice="en-us", first_chunk_frames=1440)
    async with aclosing(pool.speak(order, Heard(48_000))) as chunks:
        await anext(chunks)
        print(*pool.pids, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        pids = [int(pid) for pid in server.stdout.readline().split()]
        descriptors = [os.pidfd_open(pid) for pid in pids]
        server.kill()
    gone = [wait_gone(descriptor, 5) for descriptor in descriptors]
    for descriptor in descriptors:
        os.close(descriptor)
    assert gone == [True, True]
