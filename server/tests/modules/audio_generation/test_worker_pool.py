"""Workers that die, hang or do not start."""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from nexy.config.sections import SpeechConfig
from nexy.contracts.errors import Unavailable
from nexy.contracts.module import ModuleState
from nexy.contracts.speech import Speak
from nexy.contracts.turn import SoundEvent
from nexy.modules.audio_generation.module import AudioGenerationModule
from nexy.modules.audio_generation.worker_pool import WorkerPool, restart_delay
from support.peers import FakePeers
from support.speech import ENGLISH, LONG, heard, pcm, pool_of, running, seconds

Stub = Callable[[str], None]


def _one(**changes: float) -> SpeechConfig:
    return SpeechConfig(workers=1, **changes)  # type: ignore[arg-type]


async def _kill_mid_sentence(module: AudioGenerationModule, text: str) -> Sequence[SoundEvent]:
    """The sentence, all workers killed after its first chunk."""
    async with aclosing(await module.process(Speak(text=text, first_of_turn=True))) as sound:
        events = [await anext(sound)]
        for pid in pool_of(module).pids:
            os.kill(pid, signal.SIGKILL)
        return events + [event async for event in sound]


def test_restarts_back_off() -> None:
    """One failure is mended at once, a series ever more slowly, within a bound."""
    delays = [restart_delay(failures) for failures in range(40)]
    assert delays[:2] == [0.0, 0.0]
    assert delays == sorted(delays)
    assert delays[2] > 0
    assert delays[-1] == 10.0


@pytest.mark.slow
async def test_a_worker_killed_mid_sentence_is_replaced_and_the_sentence_goes_on() -> None:
    """After SIGKILL of every worker the rest arrives, and the whole equals the undisturbed sound."""
    async with running(_one()) as module:
        undisturbed = await heard(module, Speak(text=LONG, first_of_turn=True))
    # With next to no buffer the worker is certain to be in the middle when it is killed.
    async with running(_one(buffer_bytes=1)) as module:
        before = pool_of(module).pids
        disturbed = await _kill_mid_sentence(module, LONG)
        assert pool_of(module).pids != before
    assert pcm(disturbed) == pcm(undisturbed)
    assert all(event.data for event in disturbed)


@pytest.mark.slow
async def test_the_seam_is_small_after_other_sentences() -> None:
    """A worker that has spoken before sounds a little different; its replacement still keeps the length."""
    async with running(SpeechConfig(workers=2, buffer_bytes=1)) as module:
        undisturbed = await heard(module, Speak(text=LONG))
        disturbed = await _kill_mid_sentence(module, LONG)
    assert seconds(disturbed) == pytest.approx(seconds(undisturbed), abs=0.1)


@pytest.mark.slow
async def test_a_sentence_that_kills_twice_is_given_up(stub: Stub) -> None:
    """The second worker that dies of a sentence ends it as unavailable, whatever the number of workers."""
    stub("""
        reply(READY)
        order()
        reply(ACCEPTED)
        with (HERE / "deaths").open("a") as deaths:
            deaths.write("x")
        os._exit(1)
    """)
    async with running(SpeechConfig(workers=4)) as module:
        with pytest.raises(Unavailable) as refusal:
            await heard(module, Speak(text=ENGLISH))
        assert (Path(os.environ["PYTHONPATH"]) / "deaths").read_text() == "xx"
    assert refusal.value.code == "speech_worker_died"


@pytest.mark.slow
async def test_workers_killed_while_idle_cost_no_sentence() -> None:
    """When every worker is killed between two sentences, the next one is spoken all the same."""
    async with running(SpeechConfig(workers=2)) as module:
        for _round in range(3):
            for pid in pool_of(module).pids:
                os.kill(pid, signal.SIGKILL)
            assert seconds(await heard(module, Speak(text=ENGLISH))) > 1


@pytest.mark.slow
async def test_a_hanging_worker_is_killed_and_replaced() -> None:
    """A worker that says nothing within the sentence's time is ended; the next sentence has another."""
    async with running(_one(sentence_timeout_seconds=0.5)) as module:
        pid = pool_of(module).pids[0]
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(Unavailable) as refusal:
            await heard(module, Speak(text=ENGLISH))
        assert refusal.value.code == "speech_timeout"
        assert seconds(await heard(module, Speak(text=ENGLISH))) > 1
        assert pid not in pool_of(module).pids


@pytest.mark.slow
async def test_a_worker_that_dribbles_is_ended(stub: Stub) -> None:
    """The time is that of the whole sentence: a little sound now and then does not prolong it."""
    stub("""
        reply(READY)
        order()
        reply(ACCEPTED)
        for _ in range(200):
            reply(SOUND, b"ab" * 480)
            threading.Event().wait(0.02)
    """)
    async with running(_one(sentence_timeout_seconds=0.3)) as module:
        with pytest.raises(Unavailable) as refusal:
            await heard(module, Speak(text=ENGLISH))
    assert refusal.value.code == "speech_timeout"


@pytest.mark.slow
async def test_a_worker_that_cannot_be_drained_is_replaced() -> None:
    """When the rest of an abandoned sentence does not come in time, the worker is given up."""
    async with running(_one(drain_seconds=0.05, buffer_bytes=1)) as module:
        pid = pool_of(module).pids[0]
        async with aclosing(await module.process(Speak(text=LONG))) as sound:
            await anext(sound)
            os.kill(pid, signal.SIGSTOP)
        assert seconds(await heard(module, Speak(text=ENGLISH))) > 1
        assert pid not in pool_of(module).pids


@pytest.mark.slow
async def test_a_stopped_worker_does_not_hold_up_the_end() -> None:
    """Clean-up kills what does not end by itself, within the configured time."""
    module = AudioGenerationModule()
    await module.initialize(_one(stop_seconds=0.05), FakePeers())
    os.kill(pool_of(module).pids[0], signal.SIGSTOP)
    async with asyncio.timeout(5):
        await module.cleanup()
    assert module.status().state is ModuleState.STOPPED


@pytest.mark.slow
async def test_no_free_worker_in_time_is_said(stub: Stub) -> None:
    """A sentence that finds every worker at work for its whole time is refused as busy."""
    stub("""
        reply(READY)
        order()
        reply(ACCEPTED)
        reply(SOUND, bytes(960))
        os.read(0, 1)
    """)
    settings = _one(sentence_timeout_seconds=0.3, buffer_bytes=1)
    async with running(settings) as module, aclosing(await module.process(Speak(text=LONG))) as sound:
        await anext(sound)
        with pytest.raises(Unavailable) as refusal:
            await heard(module, Speak(text=ENGLISH))
    assert refusal.value.code == "speech_busy"


@pytest.mark.slow
async def test_a_slow_reader_does_not_use_up_the_sentences_time() -> None:
    """The time of a sentence is the worker's; how long its sound lies unread does not count."""
    clock = asyncio.get_running_loop().time
    async with running(SpeechConfig(workers=2, sentence_timeout_seconds=0.5, buffer_bytes=1)) as module:
        async with aclosing(await module.process(Speak(text=f"{ENGLISH} " * 15))) as sound:
            await anext(sound)
            stopped = clock()
            while clock() - stopped < 0.6:
                await heard(module, Speak(text=ENGLISH))
            assert seconds([event async for event in sound]) > 40


@pytest.mark.slow
async def test_status_tells_that_no_worker_lives(stub: Stub) -> None:
    """When the only worker died and does not come back, the module is degraded with the reason, and refuses."""
    stub("""
        if not first_life():
            reply(FAILED, b"voice data is missing")
            os._exit(1)
        reply(READY)
        order()
    """)
    async with running(_one()) as module:
        assert module.status().state is ModuleState.RUNNING
        os.kill(pool_of(module).pids[0], signal.SIGKILL)
        with pytest.raises(Unavailable, match="voice data is missing"):
            await heard(module, Speak(text=ENGLISH))
        status = module.status()
    assert status.state is ModuleState.DEGRADED
    assert "voice data is missing" in status.detail


@pytest.mark.slow
async def test_a_failing_start_tells_the_workers_own_reason(stub: Stub) -> None:
    """What the worker says when it cannot start reaches the operator."""
    stub("""
        reply(FAILED, b"voice data is missing")
        os._exit(1)
    """)
    with pytest.raises(Unavailable, match="voice data is missing"):
        await WorkerPool(SpeechConfig()).start()


@pytest.mark.slow
async def test_a_start_that_hangs_is_bounded(stub: Stub) -> None:
    """A worker that never becomes ready is killed after the configured time."""
    stub("os.read(0, 1)")
    with pytest.raises(Unavailable, match=r"not ready after 0\.3 s"):
        await WorkerPool(_one(worker_start_timeout_seconds=0.3)).start()


@pytest.mark.slow
async def test_a_part_of_the_workers_is_enough(stub: Stub) -> None:
    """When one worker starts and another does not, speech runs."""
    stub("""
        if not first_life():
            reply(FAILED, b"no")
            os._exit(1)
        reply(READY)
        order()
        reply(ACCEPTED)
        reply(SOUND, bytes(960))
        reply(END)
        order()
    """)
    async with running(SpeechConfig(workers=2)) as module:
        assert module.status().state is ModuleState.RUNNING
        assert seconds(await heard(module, Speak(text=ENGLISH))) == pytest.approx(0.01)


@pytest.mark.slow
async def test_a_worker_that_talks_nonsense_is_replaced(stub: Stub) -> None:
    """A reply that is none ends the worker; its replacement speaks the sentence."""
    stub("""
        first = first_life()
        reply(READY)
        while True:
            order()
            reply(ACCEPTED)
            reply(SOUND, b"ab" * 480)
            if first:
                reply(99, b"?")
            reply(SOUND, b"cd" * 480)
            reply(END)
    """)
    async with running(_one()) as module:
        assert pcm(await heard(module, Speak(text=ENGLISH))) == b"ab" * 480 + b"cd" * 480


@pytest.mark.slow
async def test_a_refused_sentence_costs_no_worker(stub: Stub) -> None:
    """When the engine itself fails at a sentence, that sentence is unavailable and the worker speaks on."""
    stub("""
        reply(READY)
        order()
        reply(ACCEPTED)
        reply(FAILED)
        order()
        reply(ACCEPTED)
        reply(SOUND, bytes(960))
        reply(END)
        order()
    """)
    async with running(_one()) as module:
        pids = pool_of(module).pids
        with pytest.raises(Unavailable) as refusal:
            await heard(module, Speak(text=ENGLISH))
        assert refusal.value.code == "speech_refused"
        assert await heard(module, Speak(text=ENGLISH))
        assert pool_of(module).pids == pids


@pytest.mark.slow
async def test_frames_that_were_delivered_are_not_repeated(stub: Stub) -> None:
    """A replacement's sound goes on exactly where the first worker's stopped, even inside a chunk."""
    stub("""
        first = first_life()
        reply(READY)
        while True:
            order()
            reply(ACCEPTED)
            if first:
                reply(SOUND, b"aabbcc")
                os._exit(1)
            reply(SOUND, b"aabb")
            reply(SOUND, b"ccdd")
            reply(SOUND, b"ee")
            reply(END)
    """)
    async with running(_one()) as module:
        events = await heard(module, Speak(text=ENGLISH))
    assert [event.data for event in events] == [b"aabbcc", b"dd", b"ee"]
