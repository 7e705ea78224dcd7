"""The stream of sentences: pauses release, ends flush, failures and cancels leave nothing behind."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from nexy.config.sections import SentencesConfig
from nexy.contracts.sentences import Sentence
from nexy.modules.text_filtering.stream import cut_stream
from support.virtual_time import run_virtual

Script = list[str | float]
Timed = list[tuple[float, str]]


class Source:
    """Tokens (str), waits in seconds (float), and whether the stream was closed."""

    def __init__(self, script: Script, failure: Exception | None = None) -> None:
        self._script = script
        self._failure = failure
        self.closed = False

    async def stream(self) -> AsyncGenerator[str, None]:
        try:
            for step in self._script:
                if isinstance(step, str):
                    yield step
                else:
                    await asyncio.sleep(step)
            if self._failure is not None:
                raise self._failure
        finally:
            self.closed = True


def timed(script: Script, patience: float = 0.15) -> Timed:
    """Every piece with the (virtual) time it came at, rounded to milliseconds."""

    async def collect() -> Timed:
        loop, out = asyncio.get_running_loop(), []
        async with aclosing(cut_stream(Source(script).stream(), section(patience))) as sentences:
            async for sentence in sentences:
                out.append((round(loop.time(), 3), sentence.text))
        return out

    return run_virtual(collect())


def section(patience: float = 0.15) -> SentencesConfig:
    return SentencesConfig(release_after_seconds=patience)


def test_sentences_come_when_they_are_decided() -> None:
    """A piece leaves with the token that decides it, the last one with the end."""
    script: Script = ["Раз", ". ", 0.1, "Два", "! ", 0.1, "Три"]
    assert timed(script) == [(0.1, "Раз. "), (0.1, "Два! "), (0.2, "Три")]


def test_a_pause_releases_a_finished_sentence() -> None:
    """A sentence whose look-ahead does not come leaves after 150 ms."""
    assert timed(["Готово.", 1.0, " Дальше."]) == [(0.15, "Готово."), (1.0, " Дальше.")]


def test_a_slow_model_is_not_read_out_word_by_word() -> None:
    """Words without a place to rest wait for one; a finished clause does not wait for its sentence."""
    assert timed(["Раз два ", 0.5, "три четыре", 0.5, ", пять", 0.5, "."]) == [
        (1.0, "Раз два три четыре, "),
        (1.5, "пять."),
    ]


def test_the_pause_counts_from_the_last_token() -> None:
    """Tokens that keep coming put the release off."""
    assert timed(["Раз", 0.1, " два", 0.1, ".", 1.0, " Три"]) == [(0.35, "Раз два."), (1.2, " Три")]


def test_a_pause_after_a_release_is_noticed_again() -> None:
    """Text that comes after a quiet time has a pause of its own."""
    assert timed(["Раз.", 1.0, "Два.", 1.0]) == [(0.15, "Раз."), (1.15, "Два.")]


def test_no_timer_runs_while_nothing_is_held() -> None:
    """A long silence before the first token, or after half a word, wakes nobody."""
    assert timed([60.0, "При", 60.0, "вет"]) == [(120.0, "Привет")]


def test_tokens_at_hand_are_read_before_a_pause_is_seen() -> None:
    """A reader that was busy for a second does not mistake that for a pause of the source."""

    async def collect() -> list[str]:
        out = []
        async with aclosing(cut_stream(Source(["Да! Но", " не", "т.", " Ок."]).stream(), section())) as sentences:
            async for sentence in sentences:
                out.append(sentence.text)
                await asyncio.sleep(1)
        return out

    assert run_virtual(collect()) == ["Да! ", "Но нет. ", "Ок."]


def test_patience_is_configured() -> None:
    """The time after which a pause releases is the section's."""
    assert timed(["Готово.", 1.0], patience=0.4) == [(0.4, "Готово.")]


@pytest.mark.parametrize("script", [[], [""], ["", 0.5, ""]])
def test_an_empty_answer_gives_no_sentence(script: Script) -> None:
    """Nothing in, nothing out."""
    assert timed(script) == []


async def test_sentences_carry_text_and_spoken_form() -> None:
    """The text is untouched, the spoken form is clean, the turn's code block is one word."""
    source = Source(["**Да!** ", "Вот:\n```\nx\n", "```\n"])
    async with aclosing(cut_stream(source.stream(), section())) as sentences:
        got = [sentence async for sentence in sentences]
    assert got == [
        Sentence(text="**Да!** ", spoken="Да!"),
        Sentence(text="Вот:\n", spoken="Вот:"),
        Sentence(text="```\n", spoken="код."),
        Sentence(text="x\n", spoken=""),
        Sentence(text="```\n", spoken=""),
    ]
    assert source.closed


@pytest.mark.parametrize("failure", [ValueError("source"), TimeoutError("source")])
async def test_the_source_s_failure_arrives_after_its_sentences(failure: Exception) -> None:
    """A source that dies is not taken for a pause or an end, not even when it timed out."""
    source = Source(["Раз! ", "два"], failure)
    taken = []
    with pytest.raises(type(failure), match="source"):
        async with aclosing(cut_stream(source.stream(), section())) as sentences:
            async for sentence in sentences:
                taken.append(sentence.text)
    assert taken == ["Раз! "]
    assert source.closed


async def test_leaving_early_closes_the_source() -> None:
    """A reader that stops after one sentence leaves no task and a closed source."""
    source = Source(["Раз! ", 3600.0, "Два! "])
    async with aclosing(cut_stream(source.stream(), section())) as sentences:
        assert (await anext(sentences)).text == "Раз! "
    assert source.closed


async def test_cancelling_the_reader_closes_the_source() -> None:
    """A cancelled turn ends at once and cleans up."""
    source = Source(["Раз", 3600.0])
    started = asyncio.Event()

    async def read() -> None:
        async with aclosing(cut_stream(source.stream(), section(3600.0))) as sentences:
            started.set()
            async for _ in sentences:
                pass

    async with asyncio.TaskGroup() as group:
        task = group.create_task(read())
        await started.wait()
        for _ in range(5):
            await asyncio.sleep(0)
        task.cancel()
    assert task.cancelled()
    assert source.closed


async def test_the_source_waits_for_a_slow_reader() -> None:
    """Reading ahead is bounded: an endless source stops while nobody takes its sentences."""
    produced = 0

    async def endless() -> AsyncGenerator[str, None]:
        nonlocal produced
        while True:
            produced += 1
            yield "слово " * 20 + "\n"

    async with aclosing(cut_stream(endless(), section())) as sentences:
        await anext(sentences)
        for _ in range(50):
            await asyncio.sleep(0)
        assert produced * 120 < 100_000
