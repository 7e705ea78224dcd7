"""Fallback over providers: open until the first content, never after it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Coroutine
from contextlib import aclosing
from dataclasses import replace
from typing import Any

import pytest

from nexy.config.ai_router_section import BreakerConfig, RetryConfig
from nexy.contracts.completions import Finished, FinishReason, ToolCallDelta
from nexy.contracts.errors import DeadlineExceeded, NexyError, Unavailable, ValidationFailed
from nexy.contracts.routing import (
    AllProvidersFailed,
    Answering,
    Attempt,
    AttemptStatus,
    BreakerState,
    PassedBytes,
)
from nexy.contracts.words import WordsDelta, WordsUsage
from nexy.modules.ai_router.provider import Enquiry, ProviderEvent
from nexy.modules.ai_router.routing.chain import ProviderChain
from support.chains import ENQUIRY, Heard, books, collect, plan
from support.scripted_providers import ScriptedProvider, begun, down, usage
from support.virtual_time import run_virtual

LATE = DeadlineExceeded("late", code="provider_first_token_timeout")
UNREACHABLE = Unavailable("canary-host", code="provider_unreachable")
REFUSED = ValidationFailed("no", code="provider_refused", field="model")
TOOL = ToolCallDelta(index=0, id="1", name="look", arguments="{")


def hear(*steps: ScriptedProvider | Attempt, retry: RetryConfig | None = None, **about: bool) -> Heard:
    """The chain of these in virtual time."""
    return run_virtual(collect(plan(*steps, **about), retry=retry))


def test_the_first_provider_that_speaks_answers_alone() -> None:
    """While the first answers, nobody else is asked; who answers is told once, before the first word."""
    second = ScriptedProvider("b", ("no",))
    heard = hear(ScriptedProvider("a", (begun("a"), "Hel", "lo", usage("a"), Finished())), second)
    answering = Answering(
        provider="a", model="a-model", attempts=(Attempt(provider="a", model="a-model", status=AttemptStatus.OK),)
    )
    assert heard.events == [
        begun("a"), answering, WordsDelta(text="Hel"), WordsDelta(text="lo"), usage("a"), Finished(),
    ]  # fmt: skip
    assert second.asked == []


@pytest.mark.parametrize("failure", [down(), LATE, UNREACHABLE, REFUSED, down(401), down(404)])
def test_a_failure_before_content_falls_over(failure: NexyError) -> None:
    """Any failure before the first content is answered by the next provider, and told as an attempt."""
    heard = hear(ScriptedProvider("a", (0.25, failure)), ScriptedProvider("b"))
    assert heard.text == "yes"
    assert heard.answering.fallback is True
    assert heard.attempts == [("a", "failed", failure.code), ("b", "ok", "")]
    assert [attempt.latency_ms for attempt in heard.answering.attempts] == [250.0, 0.0]


@pytest.mark.parametrize(
    "steps", [(), ("",), (" ", "\n\t"), ("\u00a0", Finished()), (PassedBytes(data=b": ping\n", content=False),)]
)
def test_an_empty_answer_is_a_failure(steps: tuple[str | ProviderEvent, ...]) -> None:
    """An answer without a visible character falls over, and none of its blanks are heard."""
    heard = hear(ScriptedProvider("a", steps), ScriptedProvider("b"))
    assert heard.text == "yes"
    assert not [event for event in heard.events if isinstance(event, PassedBytes | Finished)]
    assert heard.attempts[0] == ("a", "failed", "provider_empty")


def test_what_was_paid_for_passes_through() -> None:
    """The silent provider's tokens were spent, so they stand beside those of the one that answered."""
    heard = hear(
        ScriptedProvider("a", (begun("a"), usage("a"))), ScriptedProvider("b", (begun("b"), "yes", usage("b")))
    )
    assert [event for event in heard.events if not isinstance(event, Answering)] == [
        begun("a"), usage("a"), begun("b"), WordsDelta(text="yes"), usage("b"),
    ]  # fmt: skip


def test_blanks_before_the_first_word_are_kept_with_it() -> None:
    """Nothing of an answer is lost by waiting for its first content."""
    heard = hear(ScriptedProvider("a", (" ", "\n", "word", " ", "more")))
    assert [event.text for event in heard.events if isinstance(event, WordsDelta)] == [" \nword", " ", "more"]


def test_bytes_before_the_first_word_are_kept_with_it() -> None:
    """A client of the OpenAI wire gets every byte, the opening ones too."""
    opening, word = PassedBytes(data=b"data: {role}\n\n", content=False), PassedBytes(data=b"data: {word}\n\n")
    heard = hear(ScriptedProvider("a", (opening, word, PassedBytes(data=b"data: [DONE]\n\n"))))
    assert [event.data for event in heard.events if isinstance(event, PassedBytes)] == [
        b"data: {role}\n\ndata: {word}\n\n", b"data: [DONE]\n\n",
    ]  # fmt: skip


def test_a_tool_call_is_content() -> None:
    """A model that only wants something done has answered."""
    second = ScriptedProvider("b")
    heard = hear(ScriptedProvider("a", (TOOL, down())), second)
    assert heard.events[1:] == [TOOL]
    assert heard.failure is not None
    assert second.asked == []


def test_a_failure_after_content_ends_the_stream() -> None:
    """Once something was said, nothing is silently answered anew, nor asked again: the failure reaches the caller."""
    failure, second = down(), ScriptedProvider("b", ("no",))
    first = ScriptedProvider("a", ("Hel", failure))
    heard = hear(first, second, retry=RetryConfig(attempts=3))
    assert (heard.text, heard.failure) == ("Hel", failure)
    assert (len(first.asked), second.asked) == (1, [])


def test_who_is_left_out_is_told_and_makes_it_a_fallback() -> None:
    """A rule's first provider that is not configured does not answer, whoever does."""
    absent = Attempt(provider="claude", model="", status=AttemptStatus.SKIPPED, error="not_configured")
    heard = hear(absent, ScriptedProvider("b"))
    assert heard.answering.fallback is True
    assert heard.attempts == [("claude", "skipped", "not_configured"), ("b", "ok", "")]
    assert hear(ScriptedProvider("b"), absent).answering.fallback is False


def test_a_lone_provider_fails_with_its_own_failure() -> None:
    """Where one provider stands alone for the voice, its failure keeps its type and code."""
    heard = hear(ScriptedProvider("a", (LATE,)), own_failure=True)
    assert heard.failure is LATE
    lone = down(503, wait=9)
    assert hear(ScriptedProvider("a", (lone,)), own_failure=True).failure is lone


def test_a_forced_providers_failure_tells_the_attempts() -> None:
    """A task's own provider that is down is told as all providers failing; other kinds keep their type."""
    heard = hear(ScriptedProvider("a", (down(503, wait=9),)))
    assert isinstance(heard.failure, AllProvidersFailed)
    assert (heard.failure.code, heard.failure.retry_after_seconds) == ("all_providers_failed", 9)
    assert heard.attempts == [("a", "failed", "provider_503")]
    for own in (LATE, REFUSED):
        heard = hear(ScriptedProvider("a", (own,)))
        assert heard.failure is own
        assert heard.attempts == [("a", "failed", own.code)]


def test_when_all_fail_one_failure_stands_for_them() -> None:
    """The shortest wait that any provider named is passed on."""
    heard = hear(
        ScriptedProvider("a", (down(wait=9),)), ScriptedProvider("b", (down(wait=3),)), ScriptedProvider("c", (LATE,))
    )
    assert heard.failure is not None
    assert (heard.failure.code, heard.failure.retry_after_seconds) == ("all_providers_failed", 3)
    assert [provider for provider, _, _ in heard.attempts] == ["a", "b", "c"]


def test_a_refusal_reaches_who_speaks_the_providers_wire() -> None:
    """A passed request with a mistake in it is told the mistake, not answered by somebody else."""
    second = ScriptedProvider("b")
    heard = hear(ScriptedProvider("a", (REFUSED,)), second, ends_at_refusal=True)
    assert heard.failure is REFUSED
    assert heard.attempts == [("a", "failed", "provider_refused")]
    assert second.asked == []


@pytest.mark.parametrize("failure", [down(500), down(503), down(529), UNREACHABLE, down(429, wait=1.5)])
def test_what_may_be_retried_is_asked_again(failure: NexyError) -> None:
    """5xx, no connection and a rate limit that says when: the same provider gets another try before the next."""
    first, second = ScriptedProvider("a", (failure,), ("yes",)), ScriptedProvider("b")
    heard = hear(first, second, retry=RetryConfig(attempts=2))
    assert heard.attempts == [("a", "failed", failure.code), ("a", "ok", "")]
    assert heard.answering.fallback is False
    assert second.asked == []


@pytest.mark.parametrize(
    "failure", [down(400), down(429), down(429, wait=2.1), down(503, wait=60), LATE, REFUSED, down(401),
                Unavailable("", code="provider_died"), Unavailable("", code="provider_garbage")],
)  # fmt: skip
def test_what_may_not_be_retried_falls_over_at_once(failure: NexyError) -> None:
    """The caller's errors, a limit without a time or beyond our patience, and what may have cost already."""
    first = ScriptedProvider("a", (failure,))
    assert hear(first, ScriptedProvider("b"), retry=RetryConfig(attempts=5)).text == "yes"
    assert len(first.asked) == 1


def test_waits_double_with_jitter_up_to_the_longest() -> None:
    """Half of each wait is certain; the whole of it is bounded."""

    async def waited() -> float:
        loop = asyncio.get_running_loop()
        first = ScriptedProvider("a", (down(),))
        await collect(plan(first, ScriptedProvider("b")), retry=RetryConfig(attempts=5))
        assert len(first.asked) == 5
        return loop.time()

    # 0.25, 0.5, 1 and 2 seconds at most.
    assert all(1.875 <= run_virtual(waited()) <= 3.75 for _ in range(20))


def test_a_provider_that_keeps_failing_is_left_alone() -> None:
    """Its retries end without another wait once its failures are enough; later callers hear that it was left out."""

    async def story() -> None:
        kept = books(BreakerConfig(failure_threshold=2, timeout_seconds=60))
        first = ScriptedProvider("a", (down(),), (down(),), ("back",))
        chain = plan(first, ScriptedProvider("b"))
        opening = await collect(chain, kept, RetryConfig(attempts=4, first_wait_seconds=1, longest_wait_seconds=60))
        assert opening.attempts == [
            ("a", "failed", "provider_500"), ("a", "failed", "provider_500"), ("b", "ok", ""),
        ]  # fmt: skip
        assert asyncio.get_running_loop().time() <= 1
        later = await collect(chain, kept)
        assert later.attempts == [("a", "skipped", "breaker_open"), ("b", "ok", "")]
        assert later.answering.fallback is True
        assert len(first.asked) == 2
        await asyncio.sleep(60)
        assert (await collect(chain, kept)).text == "back"
        assert kept.breakers.of("a", "a-model").state is BreakerState.CLOSED

    run_virtual(story())


def test_a_lone_provider_that_is_left_alone_says_when_to_come_back() -> None:
    """A forced provider behind an open breaker is a failure with the time that is left."""

    async def story() -> None:
        kept = books(BreakerConfig(failure_threshold=1, timeout_seconds=60))
        chain = plan(ScriptedProvider("a", (down(),)))
        await collect(chain, kept)
        await asyncio.sleep(20)
        heard = await collect(chain, kept)
        assert isinstance(heard.failure, AllProvidersFailed)
        assert heard.failure.retry_after_seconds == 40
        assert heard.attempts == [("a", "skipped", "breaker_open")]

    run_virtual(story())


def test_one_of_a_hundred_callers_probes_a_provider_that_may_be_back() -> None:
    """The others are answered by the next provider meanwhile."""

    async def story() -> None:
        kept = books(BreakerConfig(failure_threshold=1, timeout_seconds=60))
        first = ScriptedProvider("a", (down(),), (5.0, "back"))
        chain = plan(first, ScriptedProvider("b"))
        await collect(chain, kept)
        await asyncio.sleep(60)
        heard = await asyncio.gather(*(collect(chain, kept) for _ in range(100)))
        assert sorted({one.text for one in heard}) == ["back", "yes"]
        assert [one.text for one in heard].count("back") == 1
        assert len(first.asked) == 2

    run_virtual(story())


def test_a_caller_that_leaves_during_the_probe_frees_its_place() -> None:
    """The next caller may probe at once."""

    async def story() -> None:
        kept = books(BreakerConfig(failure_threshold=1, timeout_seconds=60))
        first = ScriptedProvider("a", (down(),), (3600.0,), ("back",))
        chain = plan(first, ScriptedProvider("b"))
        await collect(chain, kept)
        await asyncio.sleep(60)
        probing = asyncio.ensure_future(collect(chain, kept))
        await asyncio.sleep(1)
        probing.cancel()
        await asyncio.wait((probing,))
        assert first.open == 0
        assert (await collect(chain, kept)).text == "back"

    run_virtual(story())


def test_closing_midway_closes_the_provider_and_is_no_failure() -> None:
    """An interrupt reaches the provider's stream at once, and does not speak against it."""

    async def story() -> None:
        kept = books()
        provider = ScriptedProvider("a", ("one", "two"))
        async with aclosing(ProviderChain(kept, RetryConfig()).answer(plan(provider), ENQUIRY)) as events:
            await anext(events)
            await anext(events)
            assert provider.open == 1
        assert provider.open == 0
        record = kept.facts.of("a")
        assert (record.calls, record.failures, kept.breakers.of("a", "a-model").failure_count) == (1, 0, 0)

    run_virtual(story())


def test_a_failed_provider_is_closed_before_the_next_is_asked() -> None:
    """Falling over never holds two connections."""
    first = ScriptedProvider("a", (" ", down()))

    class Watching(ScriptedProvider):
        async def stream(self, enquiry: Enquiry, model: str) -> AsyncGenerator[ProviderEvent, None]:
            assert first.open == 0
            yield WordsDelta(text="yes")

    assert hear(first, Watching("b")).text == "yes"


def test_the_books_are_kept() -> None:
    """Calls, failures, latency to the first content, tokens, and who answered which request."""

    async def story() -> None:
        kept = books()
        first = ScriptedProvider("a", (down(),), (0.1, "yes", 5.0, usage("a", 7)))
        chain = plan(first, ScriptedProvider("b"))
        await collect(chain, kept)
        record = kept.facts.of("a")
        assert (record.calls, record.failures, record.last_error) == (1, 1, "provider_500")
        assert kept.facts.troubles == {"a": "provider_500"}
        await collect(chain, kept)
        assert (record.calls, record.failures, record.last_error) == (2, 1, "")
        assert record.percentile(0.5) == 100.0
        assert (record.tokens["a-model"].input, record.tokens["a-model"].calls) == (7, 1)
        assert not kept.facts.troubles

    run_virtual(story())


def logged(work: Coroutine[Any, Any, Any], caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    with caplog.at_level(logging.INFO, logger="nexy.ai_router"):
        run_virtual(work)
    assert "canary" not in str([vars(record) for record in caplog.records])
    return [(record.decision, record.ctx["provider"]) for record in caplog.records]  # type: ignore[attr-defined]


def test_decisions_are_logged_with_the_reason_and_without_words(caplog: pytest.LogCaptureFixture) -> None:
    """A retry, a fallback and who answers in the end; no prompt, answer or message is in them."""
    chain = plan(ScriptedProvider("a", (UNREACHABLE,)), ScriptedProvider("b"))
    retry = RetryConfig(attempts=2, first_wait_seconds=0)
    assert logged(collect(chain, retry=retry), caplog) == [("retry", "a"), ("degrade", "a"), ("route", "b")]
    assert caplog.records[-1].ctx["why"] == "test: a a-model > b b-model"  # type: ignore[attr-defined]


def test_a_quiet_success_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """What goes as the rule says costs no line."""
    assert logged(collect(plan(ScriptedProvider("a"), ScriptedProvider("b"))), caplog) == []


def test_ends_are_logged_as_errors(caplog: pytest.LogCaptureFixture) -> None:
    """There is no fallback after content nor after the last provider, so the log does not speak of one."""
    assert logged(collect(plan(ScriptedProvider("a", ("x", down())), ScriptedProvider("b"))), caplog) == [
        ("error", "a")
    ]
    assert caplog.records[0].ctx["midway"] is True  # type: ignore[attr-defined]
    caplog.clear()
    assert logged(collect(plan(ScriptedProvider("a", (" ",)))), caplog) == [("error", "a")]


def test_usage_after_the_content_is_counted_once() -> None:
    """Usage of the answer is passed on as it is."""
    heard = hear(ScriptedProvider("a", ("x", usage("a"), Finished())))
    assert [event for event in heard.events if isinstance(event, WordsUsage)] == [usage("a")]


def test_a_withheld_answer_falls_over_and_counts_against_nobody() -> None:
    """A provider whose filter says no did what it should: the next is asked, and its breaker stays closed."""

    async def story() -> None:
        kept = books(BreakerConfig(failure_threshold=1))
        blocked = (begun("a"), usage("a"), Finished(reason=FinishReason.CONTENT_FILTER))
        first = ScriptedProvider("a", blocked)
        heard = await collect(plan(first, ScriptedProvider("b")), kept, RetryConfig(attempts=3))
        assert heard.attempts == [("a", "failed", "provider_blocked"), ("b", "ok", "")]
        assert usage("a") in heard.events
        assert len(first.asked) == 1
        assert kept.breakers.of("a", "a-model").failure_count == 0
        assert not kept.facts.troubles
        alone = await collect(plan(first), kept)
        assert isinstance(alone.failure, ValidationFailed)
        assert alone.attempts == [("a", "failed", "provider_blocked")]

    run_virtual(story())


def test_who_is_left_alone_is_named_with_the_seconds() -> None:
    """A caller that forces a provider with an open breaker learns whom to wait for, and how long."""

    async def story() -> None:
        kept = books(BreakerConfig(failure_threshold=1, timeout_seconds=60))
        lone = ScriptedProvider("claude", (down(),))
        await collect(plan(lone), kept)
        await asyncio.sleep(18)
        failure = (await collect(plan(lone), kept)).failure
        assert isinstance(failure, AllProvidersFailed)
        assert failure.message == "claude is left alone after failures in a row; try again in 42 s."
        assert failure.retry_after_seconds == 42

    run_virtual(story())


def test_the_field_that_the_offline_brain_cannot_do_is_named() -> None:
    """When the models failed, the answer says why it did not step in."""
    left_out = Attempt(provider="offline", model="offline", status=AttemptStatus.SKIPPED, error="not_able")
    steps = plan(ScriptedProvider("a", (down(),)), ScriptedProvider("b", (down(),)), left_out)
    failure = run_virtual(collect(replace(steps, beyond_offline="response_format"))).failure
    assert isinstance(failure, AllProvidersFailed)
    assert failure.field == "response_format"
    assert failure.message.endswith("The offline brain cannot do what response_format asks for.")


@pytest.mark.parametrize(("name", "variable"), [("claude", "ANTHROPIC_API_KEY"), ("openai", "OPENAI_API_KEY")])
def test_a_refused_key_is_told_with_provider_and_variable(name: str, variable: str) -> None:
    """Whoever asks one provider alone learns what its operator is to set."""
    refused = Unavailable("no", code="provider_auth")
    failure = hear(ScriptedProvider(name, (refused,)), own_failure=True).failure
    assert failure is not None
    assert failure.message == f"{name} refuses the configured key; set {variable} to one that it takes."
