"""The capability as others see it."""

import asyncio
import subprocess
import sys
from contextlib import aclosing

import pytest

from nexy.config.sections import SpeechConfig
from nexy.contracts.errors import ConfigurationInvalid, Internal, Unavailable
from nexy.contracts.interrupts import InterruptDevice
from nexy.contracts.module import ModuleState
from nexy.contracts.speech import Speak
from nexy.modules.audio_generation import worker_process
from nexy.modules.audio_generation.module import AudioGenerationModule
from support.peers import FakePeers
from support.speech import (
    ENGLISH,
    HEBREW,
    LONG,
    RUSSIAN,
    heard,
    loudness,
    pcm,
    pool_of,
    running,
    seconds,
)


@pytest.mark.parametrize("engine", ["edge", "azure"])
async def test_an_engine_that_is_not_built_is_refused_by_name(engine: str) -> None:
    """Choosing an engine of a later release names key, variable and what there is instead."""
    module = AudioGenerationModule()
    with pytest.raises(ConfigurationInvalid) as refusal:
        await module.initialize(SpeechConfig(engine=engine), FakePeers())
    assert refusal.value.field == "audio_generation.engine"
    for part in ("audio_generation.engine", "TTS_ENGINE", engine, "espeak, scripted"):
        assert part in refusal.value.message
    assert module.status().state is ModuleState.FAILED
    assert module.status().detail == refusal.value.message
    await module.cleanup()


async def test_before_the_start_and_after_the_end_there_is_no_speech() -> None:
    """A module that does not run refuses, and cleaning up twice is harmless."""
    module = AudioGenerationModule()
    assert module.status().state is ModuleState.ABSENT
    with pytest.raises(Unavailable):
        await module.process(Speak(text="Hi"))
    await module.initialize(SpeechConfig(engine="scripted"), FakePeers())
    await module.cleanup()
    await module.cleanup()
    assert module.status().state is ModuleState.STOPPED
    with pytest.raises(Unavailable):
        await module.process(Speak(text="Hi"))


async def test_only_speech_is_answered() -> None:
    """Another request is a defect of the caller."""
    async with running(SpeechConfig(engine="scripted")) as module:
        with pytest.raises(Internal):
            await module.process(InterruptDevice(hardware_id="device"))


@pytest.mark.slow
async def test_a_start_without_workers_tells_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """When no worker starts, the module fails with the reason, which status keeps, and leaves no process."""
    monkeypatch.setattr(worker_process, "WORKER_MODULE", "nexy.there_is_no_such_module")
    module = AudioGenerationModule()
    with pytest.raises(Unavailable, match="ended before it was ready"):
        await module.initialize(SpeechConfig(), FakePeers())
    assert module.status().state is ModuleState.FAILED
    assert "ended before it was ready" in module.status().detail
    assert not pool_of(module).pids
    await module.cleanup()


@pytest.mark.slow
@pytest.mark.parametrize("text", [ENGLISH, RUSSIAN, HEBREW])
async def test_real_speech_has_a_plausible_length(text: str) -> None:
    """A sentence lasts 0.2 to 0.8 s per word and is well above silence."""
    async with running(SpeechConfig(workers=1)) as module:
        events = await heard(module, Speak(text=text, first_of_turn=True))
    assert 0.2 <= seconds(events) / len(text.split()) <= 0.8
    assert loudness(pcm(events)) > 1000
    assert loudness(events[0].data) > 10


@pytest.mark.slow
@pytest.mark.parametrize("rate", [8000, 16_000, 22_050, 24_000, 44_100, 48_000])
async def test_chunks_have_the_promised_sizes(rate: int) -> None:
    """At every rate: 20–40 ms first in a turn, then 100–200 ms, whole frames, nothing empty."""
    async with running(SpeechConfig(sample_rate=rate, workers=1)) as module:
        first = await heard(module, Speak(text=ENGLISH, first_of_turn=True))
        later = await heard(module, Speak(text=ENGLISH))
    assert 0.02 <= first[0].frames / rate <= 0.04
    assert all(0.1 <= event.frames / rate <= 0.2 for event in [*first[1:-1], *later[:-1]])
    assert all(event.data and len(event.data) % 2 == 0 for event in [*first, *later])
    assert {(event.sample_rate, event.channels) for event in [*first, *later]} == {(rate, 1)}
    assert seconds(first) == pytest.approx(seconds(later), abs=0.05)


@pytest.mark.slow
async def test_the_length_does_not_depend_on_the_rate() -> None:
    """A sentence lasts equally long at 8 and at 48 kHz."""
    lengths = []
    for rate in (8000, 48_000):
        async with running(SpeechConfig(sample_rate=rate, workers=1)) as module:
            lengths.append(seconds(await heard(module, Speak(text=RUSSIAN))))
    assert lengths[0] == pytest.approx(lengths[1], abs=0.001)


@pytest.mark.slow
async def test_a_fresh_worker_always_says_the_same() -> None:
    """The first sentence of a process is equal byte for byte, run after run."""
    sounds = set()
    for _run in range(3):
        async with running(SpeechConfig(workers=1)) as module:
            sounds.add(pcm(await heard(module, Speak(text=ENGLISH))))
    assert len(sounds) == 1


@pytest.mark.slow
async def test_a_sentence_ends_with_a_natural_pause() -> None:
    """The last 100 ms are still, and the sound stands before them."""
    async with running(SpeechConfig(workers=1)) as module:
        sound = pcm(await heard(module, Speak(text=ENGLISH)))
    assert loudness(sound[-2 * 4800 :]) < 30
    assert loudness(sound[-2 * 14_400 : -2 * 7200]) > 100


@pytest.mark.slow
async def test_languages_are_told_apart() -> None:
    """Each language has its voice: digits sound as the turn's language has it, wishes are honoured."""
    async with running(SpeechConfig(workers=1)) as module:
        english = await heard(module, Speak(text="1234"))
        russian = await heard(module, Speak(text="1234", turn_language="ru"))
        hebrew = await heard(module, Speak(text="1234", language="he"))
        french = await heard(module, Speak(text="1234", language="fr"))
        woman = await heard(module, Speak(text="1234", voice="en+f3"))
    assert len({pcm(events) for events in (english, russian, hebrew, french, woman)}) == 5


@pytest.mark.slow
async def test_an_unknown_voice_falls_back_to_the_language(caplog: pytest.LogCaptureFixture) -> None:
    """A voice that espeak does not have is said in the log, and the sentence is spoken all the same."""
    async with running(SpeechConfig(workers=1)) as module:
        events = await heard(module, Speak(text=ENGLISH, voice="nobody-has-this", language="xx"))
    assert seconds(events) > 1
    degraded = [record for record in caplog.records if getattr(record, "decision", "") == "degrade"]
    assert [record.ctx["voice"] for record in degraded] == ["nobody-has-this", "xx"]  # type: ignore[attr-defined]


@pytest.mark.slow
async def test_without_any_known_voice_the_truth_is_told() -> None:
    """When not even the configured voices exist, the sentence fails as unavailable."""
    settings = SpeechConfig(workers=1, voice_ru="xx1", voice_en="xx2", voice_he="xx3")
    async with running(settings) as module:
        with pytest.raises(Unavailable, match="no configured voice"):
            await heard(module, Speak(text=ENGLISH))


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "Hello\x00there",
        "\ud800 hello \udfff",
        "\x01+99s hello",
        "<speak><audio src='x'/>hello</speak>",
        "[[h@l'oU]] hello",
    ],
)
async def test_hostile_text_is_only_text(text: str) -> None:
    """Controls, surrogates and markup neither stop nor steer the engine; the worker lives on."""
    async with running(SpeechConfig(workers=1)) as module:
        pids = pool_of(module).pids
        assert seconds(await heard(module, Speak(text=text))) > 0.3
        assert seconds(await heard(module, Speak(text=ENGLISH))) > 1
        assert pool_of(module).pids == pids


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", " \n", "...", "?!", "\u200b"])
async def test_what_cannot_be_said_is_silent(text: str) -> None:
    """Nothing sayable gives no chunk at all, not even a pause."""
    async with running(SpeechConfig(workers=1)) as module:
        assert await heard(module, Speak(text=text)) == []


@pytest.mark.slow
async def test_a_very_long_text_blocks_nothing() -> None:
    """100 kB of text begin to sound at once, can be left at any time, and the worker speaks on."""
    async with running(SpeechConfig(workers=1)) as module:
        async with aclosing(await module.process(Speak(text="word and more words " * 5000))) as sound:
            for _chunk in range(30):
                assert (await anext(sound)).data
        assert seconds(await heard(module, Speak(text=ENGLISH))) > 1


@pytest.mark.slow
async def test_a_long_text_arrives_whole() -> None:
    """Sound that is far larger than every buffer on the way comes complete."""
    async with running(SpeechConfig(workers=1, buffer_bytes=65_536)) as module:
        one = seconds(await heard(module, Speak(text=ENGLISH)))
        many = seconds(await heard(module, Speak(text=LONG)))
    assert many > 60 * (one - 0.3)


@pytest.mark.slow
async def test_many_sentences_share_few_workers() -> None:
    """Eight sentences at once over two workers all arrive whole and unmixed."""
    texts = [ENGLISH, RUSSIAN] * 4
    async with running(SpeechConfig(workers=2)) as module:
        pids = pool_of(module).pids
        alone = [seconds(await heard(module, Speak(text=text))) for text in texts[:2]]
        together = await asyncio.gather(*(heard(module, Speak(text=text)) for text in texts))
        assert pool_of(module).pids == pids
    assert len(pids) == 2
    for events, expected in zip(together, alone * 4, strict=True):
        assert seconds(events) == pytest.approx(expected, abs=0.05)


@pytest.mark.slow
async def test_a_slow_reader_keeps_no_worker() -> None:
    """While somebody reads a sentence slowly, the only worker already speaks for others."""
    async with running(SpeechConfig(workers=1)) as module, aclosing(await module.process(Speak(text=RUSSIAN))) as slow:
        first = await anext(slow)
        other = await heard(module, Speak(text=ENGLISH))
        rest = [event async for event in slow]
    assert seconds(other) > 1
    assert seconds([first, *rest]) > 1


@pytest.mark.slow
async def test_closing_early_frees_the_worker() -> None:
    """Sentences left after their first chunk do not hold the only worker, and it is still the same one."""
    async with running(SpeechConfig(workers=1, buffer_bytes=1)) as module:
        pids = pool_of(module).pids
        for _turn in range(20):
            async with aclosing(await module.process(Speak(text=LONG))) as sound:
                assert (await anext(sound)).data
        assert seconds(await heard(module, Speak(text=ENGLISH))) > 1
        assert pool_of(module).pids == pids


@pytest.mark.slow
async def test_cancelling_a_listener_frees_the_worker() -> None:
    """An interrupted turn, wherever it waits, leaves the worker to the next one."""
    async with running(SpeechConfig(workers=1, buffer_bytes=1)) as module:
        for _turn in range(10):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0):
                    await heard(module, Speak(text=LONG))
        assert seconds(await heard(module, Speak(text=ENGLISH))) > 1


@pytest.mark.slow
async def test_clean_up_in_the_middle_of_a_sentence() -> None:
    """Stopping while somebody listens ends every process; the listener is not left waiting."""
    settings = SpeechConfig(workers=2, buffer_bytes=1)
    module = AudioGenerationModule()
    await module.initialize(settings, FakePeers())
    async with aclosing(await module.process(Speak(text=LONG))) as sound:
        await anext(sound)
        await module.cleanup()
        with pytest.raises(Unavailable):
            async for _event in sound:
                pass
    assert module.status().state is ModuleState.STOPPED


@pytest.mark.slow
async def test_the_log_never_tells_what_was_spoken(caplog: pytest.LogCaptureFixture) -> None:
    """Neither messages nor contexts of the log carry a word of the text."""
    caplog.set_level("DEBUG")
    async with running(SpeechConfig(workers=1)) as module:
        await heard(module, Speak(text="Rumpelstiltskin", voice="nobody"))
    assert caplog.records
    assert not any("Rumpelstiltskin" in str(vars(record)) for record in caplog.records)


@pytest.mark.slow
def test_the_server_never_loads_the_engine() -> None:
    """The GPL library stays in the workers: importing the module brings neither it nor numpy."""
    code = (
        "import sys, nexy.modules.audio_generation.module\n"
        "print([name for name in ('espeakng_loader', 'numpy', 'soxr') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert answer.stdout.strip() == "[]"
