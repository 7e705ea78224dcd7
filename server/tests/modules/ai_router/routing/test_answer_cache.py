"""Answers that are given again: to whom, for how long, and which never."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from nexy.config.ai_router_section import AnswerCacheConfig, WordsConfig
from nexy.config.routing_file import packaged_routing
from nexy.config.sections import CoordinationConfig
from nexy.contracts.completions import Finished, FinishReason, Message, Picture, Question, Role, Tool, ToolCallDelta
from nexy.contracts.errors import Unavailable
from nexy.contracts.routing import (
    Answering,
    Attempt,
    AttemptStatus,
    Brief,
    JudgeAnswer,
    OpenAiBody,
    PassedBytes,
    Payer,
    RouteEvent,
    Task,
    Verb,
)
from nexy.contracts.words import WordsBegun, WordsDelta, WordsUsage
from nexy.modules.ai_router.routing.answer_cache import AnswerCache, key_of
from nexy.modules.ai_router.routing.plan import Plan
from nexy.modules.ai_router.routing.planner import Planner
from nexy.modules.ai_router.routing.quality import QualityBook
from support.memory_coordination import memory_coordination
from support.scripted_providers import LoopClock, ScriptedProvider, begun, sources, task, usage
from support.virtual_time import run_virtual

PLANNER = Planner(sources(ScriptedProvider("claude")).providers, lambda *_: None, lambda *_: None, WordsConfig())
ATTEMPT = Attempt(provider="claude", model="m", status=AttemptStatus.OK)
ANSWERING = Answering(provider="claude", model="m", attempts=(ATTEMPT,))


def plan(of: Task) -> Plan:
    return PLANNER.for_task(of, packaged_routing())


def key(**about: Any) -> str:
    work = task(**about)
    return key_of(work, plan(work))


class Source:
    """Gives one answer after another and counts how often it was asked."""

    def __init__(self, *answers: list[RouteEvent | float | Unavailable]) -> None:
        self.answers = answers
        self.asked = 0

    async def ask(self) -> AsyncGenerator[RouteEvent, None]:
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        for step in answer:
            match step:
                case float():
                    await asyncio.sleep(step)
                case Unavailable():
                    raise step
                case _:
                    yield step


def said(text: str = "answer", *more: RouteEvent) -> list[RouteEvent | float | Unavailable]:
    return [begun("claude"), ANSWERING, WordsDelta(text=text), usage("claude"), *more, Finished()]


async def cache(config: AnswerCacheConfig | None = None, **about: Any) -> AnswerCache:
    coordination = await memory_coordination(LoopClock(), CoordinationConfig())
    return AnswerCache(coordination, config or AnswerCacheConfig(), about.get("quality", QualityBook(9, 100)), 10)


async def heard(kept: AnswerCache, source: Source, at: str = "k") -> list[RouteEvent]:
    async with aclosing(kept.answer(at, plan(task()), source.ask)) as events:
        return [event async for event in events]


def test_the_same_question_is_answered_from_the_cache_at_no_cost() -> None:
    """The second answer has the same words, says that it is cached, and carries neither begin nor usage."""

    async def story() -> None:
        kept, source = await cache(), Source([*said("Hel")[:3], WordsDelta(text="lo"), usage("claude"), Finished()])
        first, second = await heard(kept, source), await heard(kept, source)
        assert source.asked == 1
        assert first[1] == ANSWERING
        assert second == [
            Answering(provider="claude", model="m", attempts=(ATTEMPT,), cached=True),
            WordsDelta(text="Hello"), Finished(),
        ]  # fmt: skip
        assert not [event for event in second if isinstance(event, WordsBegun | WordsUsage)]
        assert await heard(kept, source, "other") == first

    run_virtual(story())


def test_passed_bytes_are_given_again_as_they_were() -> None:
    """A client of the OpenAI wire gets the very bytes."""

    async def story() -> None:
        kept = await cache()
        source = Source(
            [ANSWERING, PassedBytes(data=b"data: 1\n\n"), PassedBytes(data=b"data: [DONE]\n\n"), Finished()]
        )
        await heard(kept, source)
        again = await heard(kept, source)
        assert [event.data for event in again if isinstance(event, PassedBytes)] == [b"data: 1\n\ndata: [DONE]\n\n"]

    run_virtual(story())


def test_an_answer_is_forgotten_after_its_time() -> None:
    """The time to live is the configured one."""

    async def story() -> None:
        kept, source = await cache(AnswerCacheConfig(exact_seconds=60)), Source(said())
        for wait, asked in ((0, 1), (59, 1), (2, 2)):
            await asyncio.sleep(wait)
            await heard(kept, source)
            assert source.asked == asked

    run_virtual(story())


STOOD_IN = (Attempt(provider="claude", model="m", status=AttemptStatus.FAILED, error="provider_500"), ATTEMPT)
ALONE = (Attempt(provider="claude", model="m", status=AttemptStatus.SKIPPED, error="breaker_open"), ATTEMPT)
NO_KEY = (Attempt(provider="claude", model="m", status=AttemptStatus.SKIPPED, error="not_configured"), ATTEMPT)


@pytest.mark.parametrize(
    ("events", "kept"),
    [
        (said(), True),
        ([Answering(provider="b", model="m", attempts=NO_KEY, fallback=True), *said()[2:]], True),
        ([Answering(provider="b", model="m", attempts=STOOD_IN, fallback=True), *said()[2:]], False),
        ([Answering(provider="b", model="m", attempts=ALONE, fallback=True), *said()[2:]], False),
        ([Answering(provider="offline", model="offline", attempts=(ATTEMPT,)), *said()[2:]], False),
        (said("x", ToolCallDelta(index=0, id="1", name="look")), False),
        ([*said()[:-1], Finished(reason=FinishReason.LENGTH)], False),
        (said("x" * 101), False),
        (said("x" * 100), True),
        (said("я" * 60), False),
    ],
)
def test_which_answers_are_kept(events: list[RouteEvent | float | Unavailable], kept: bool) -> None:
    """Whole answers in words, of a reasonable size, from the provider that should give them."""

    async def story() -> None:
        source = Source(events)
        with_bounds = await cache(AnswerCacheConfig(max_answer_bytes=100))
        await heard(with_bounds, source)
        await heard(with_bounds, source)
        assert source.asked == (1 if kept else 2)

    run_virtual(story())


def test_which_questions_are_kept() -> None:
    """Without tools, pictures and a wish for variety; who forbids it is obeyed."""
    asked = Question(messages=(Message(role=Role.USER, text="q"),))
    assert key()
    assert key(question=Question(messages=asked.messages, temperature=0.0))
    assert not key(question=Question(messages=asked.messages, temperature=0.2))
    assert not key(question=Question(messages=asked.messages, tools=(Tool(name="look"),)))
    shown = Message(role=Role.USER, text="q", pictures=(Picture(media_type="image/png", data=""),))
    assert not key(question=Question(messages=(shown,)))
    assert not key(cacheable=False)
    assert not key(text="\ud800")


def test_what_is_the_same_question() -> None:
    """Line ends and space around do not matter; tenant, task, model, limits and the caller's own body do."""
    assert key(text="a\r\nb \n") == key(text=" a\nb")
    assert key(request_id="other", payer=Payer(name="user:bob", tenant="ada")) == key()
    passed = OpenAiBody(body=b'{"seed": 1}', streamed=False)
    different = {
        key(), key(text="other"), key(payer=Payer(name="user:ada", tenant="bob")), key(model="claude-opus-4-5"),
        key(task_type="testing"), key(language="go"), key(force_provider="claude"), key(passed=passed),
        key(passed=OpenAiBody(body=b'{"seed": 2}', streamed=False)),
        key(question=Question(messages=task().question.messages, max_tokens=7)),
        key(question=Question(messages=(Message(role=Role.SYSTEM, text="canary-question"),))),
        key(question=Question(messages=task().question.messages, temperature=0.0)),
        key(brief=Brief(verb=Verb.COMPLETE, prefix="if x:\n")),
        key(brief=Brief(verb=Verb.COMPLETE, prefix="if x:\n    ")),
    }  # fmt: skip
    assert len(different) == 14
    assert all("canary" not in one for one in different)


def test_those_who_ask_the_same_at_once_share_one_answer() -> None:
    """Fifty callers, one call; the others get it from the cache when it is complete."""

    async def story() -> None:
        kept, source = await cache(), Source([begun("claude"), 1.0, *said()[1:]])
        answers = await asyncio.gather(*(heard(kept, source) for _ in range(50)))
        assert source.asked == 1
        cached = [event.cached for answer in answers for event in answer if isinstance(event, Answering)]
        assert sorted(cached) == [False, *[True] * 49]

    run_virtual(story())


def test_an_answer_that_is_not_kept_does_not_put_the_others_in_a_line() -> None:
    """Twenty callers while somebody stands in for a second: all have their answer after two, not after twenty."""

    async def story() -> None:
        stands_in = Answering(provider="b", model="m", attempts=STOOD_IN, fallback=True)
        kept, source = await cache(), Source([begun("b"), 1.0, stands_in, *said()[2:]])
        began = asyncio.get_running_loop().time()
        await asyncio.gather(*(heard(kept, source) for _ in range(20)))
        assert asyncio.get_running_loop().time() - began == pytest.approx(2.0)
        assert source.asked == 20

    run_virtual(story())


def test_a_first_caller_that_fails_or_leaves_does_not_hold_up_the_others() -> None:
    """The next one asks; each failure is its caller's own."""

    async def story() -> None:
        kept, source = await cache(), Source([1.0, Unavailable("down")], [3600.0], said())
        failing = asyncio.ensure_future(heard(kept, source))
        others = [asyncio.ensure_future(heard(kept, source)) for _ in range(3)]
        await asyncio.wait((failing,))
        assert isinstance(failing.exception(), Unavailable)
        await asyncio.sleep(0)
        others[0].cancel()
        answers = await asyncio.gather(*others[1:])
        assert all(answer[-1] == Finished() for answer in answers)
        assert source.asked == 3

    run_virtual(story())


def test_nobody_waits_for_long() -> None:
    """Where the first caller's answer takes too long, the others go on by themselves."""

    async def story() -> None:
        kept, source = await cache(), Source([3600.0, *said()], said())
        slow = asyncio.ensure_future(heard(kept, source))
        await asyncio.sleep(0)
        began = asyncio.get_running_loop().time()
        assert (await heard(kept, source))[-1] == Finished()
        assert asyncio.get_running_loop().time() - began == 10
        await slow

    run_virtual(story())


def test_a_cache_that_is_away_only_costs_the_saving() -> None:
    """Every question goes to the provider while coordination is gone, and what is no answer is not taken for one."""

    async def story() -> None:
        coordination = await memory_coordination(LoopClock(), CoordinationConfig())
        kept, source = AnswerCache(coordination, AnswerCacheConfig(), QualityBook(1, 100), 10), Source(said())
        await coordination.cache_set("k", b"\xc1broken", 60)
        assert (await heard(kept, source))[-1] == Finished()
        await coordination.cleanup()
        for _ in range(2):
            assert (await heard(kept, source))[-1] == Finished()
        assert source.asked == 3

    run_virtual(story())


def test_a_cached_answer_can_be_judged() -> None:
    """The judgement goes to the provider that once gave it."""

    async def story() -> None:
        quality = QualityBook(9, 100)
        kept, source = await cache(quality=quality), Source(said())
        await heard(kept, source)
        await heard(kept, source)
        assert quality.judge(JudgeAnswer(request_id="r1", score=1))
        assert quality.shares()[0].provider == "claude"

    run_virtual(story())


def test_a_kept_answer_tells_what_it_told_when_it_was_made() -> None:
    """Who was left out before it, that it was a fallback, and how long the model took; only `cached` is new."""

    async def story() -> None:
        kept, source = await cache(), Source()
        given = sources(ScriptedProvider("openai")).providers
        wanted = Planner(given, lambda *_: None, lambda *_: None, WordsConfig()).for_task(task(), packaged_routing())
        skipped = Attempt(provider="claude", model="", status=AttemptStatus.SKIPPED, error="not_configured")
        made = Attempt(provider="openai", model="m", status=AttemptStatus.OK, latency_ms=12.5)
        first = Answering(provider="openai", model="m", attempts=(skipped, made), fallback=True)
        source.answers = ([first, WordsDelta(text="x"), Finished()],)
        for expected in (first, replace(first, cached=True)):
            async with aclosing(kept.answer("k", wanted, source.ask)) as events:
                assert expected in [event async for event in events]
        assert source.asked == 1

    run_virtual(story())
