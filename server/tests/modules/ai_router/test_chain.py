"""Fallback over providers: open until the first content, never after it."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from nexy.contracts.errors import DeadlineExceeded, NexyError, Unavailable
from nexy.contracts.switches import FeaturesConfig
from nexy.contracts.words import Chat, WordsDelta, WordsEvent, WordsUsage
from nexy.modules.ai_router.chain import ProviderChain

CHAT = Chat(prompt="canary-prompt", system="canary-system", session_id="s", features=FeaturesConfig())
DOWN = Unavailable("down", code="provider_500", retry_after_seconds=9)
LATE = DeadlineExceeded("late", code="provider_first_token_timeout")


def usage(name: str) -> WordsUsage:
    return WordsUsage(provider=name, model=name, input_tokens=1, output_tokens=1)


class Scripted:
    """A provider that plays events and then, perhaps, fails."""

    def __init__(self, name: str, *steps: str | WordsUsage | NexyError) -> None:
        self.name = name
        self.steps = steps
        self.asked = 0
        self.open = 0
        self.closed = False

    async def stream(self, chat: Chat) -> AsyncGenerator[WordsEvent, None]:
        self.asked += 1
        self.open += 1
        try:
            for step in self.steps:
                match step:
                    case str():
                        yield WordsDelta(text=step)
                    case WordsUsage():
                        yield step
                    case NexyError():
                        raise step
        finally:
            self.open -= 1

    async def close(self) -> None:
        self.closed = True


async def collect(*providers: Scripted) -> list[str | WordsUsage]:
    heard: list[str | WordsUsage] = []
    async with aclosing(ProviderChain(providers).stream(CHAT)) as events:
        async for event in events:
            heard.append(event.text if isinstance(event, WordsDelta) else event)
    return heard


async def test_the_first_provider_that_speaks_answers_alone() -> None:
    """While the first answers, nobody else is asked."""
    second = Scripted("b", "no")
    assert await collect(Scripted("a", "Hel", "lo", usage("a")), second) == ["Hel", "lo", usage("a")]
    assert second.asked == 0


@pytest.mark.parametrize("failure", [DOWN, LATE])
async def test_a_failure_before_content_falls_over(failure: NexyError) -> None:
    """Any failure before the first content is answered by the next provider."""
    assert await collect(Scripted("a", failure), Scripted("b", "yes")) == ["yes"]


@pytest.mark.parametrize("steps", [(), ("",), (" ", "\n\t"), ("\u00a0",)])
async def test_an_empty_answer_is_a_failure(steps: tuple[str, ...]) -> None:
    """An answer without a visible character falls over, and none of its blanks are heard."""
    assert await collect(Scripted("a", *steps), Scripted("b", "yes")) == ["yes"]


async def test_usage_of_an_empty_answer_is_still_counted() -> None:
    """The silent provider's tokens were spent, so they pass through beside those of the one that answered."""
    heard = await collect(Scripted("a", usage("a")), Scripted("b", "yes", usage("b")))
    assert heard == [usage("a"), "yes", usage("b")]


async def test_blanks_before_the_first_word_are_kept_with_it() -> None:
    """Nothing of an answer is lost by waiting for its first content."""
    assert await collect(Scripted("a", " ", "\n", "word", " ", "more")) == [" \nword", " ", "more"]


async def test_a_failure_after_content_ends_the_stream() -> None:
    """Once something was said, nothing is silently answered anew: the failure reaches the caller."""
    second = Scripted("b", "no")
    chain = ProviderChain([Scripted("a", "Hel", DOWN), second])
    heard: list[WordsEvent] = []
    with pytest.raises(Unavailable) as caught:
        async with aclosing(chain.stream(CHAT)) as events:
            async for event in events:
                heard.append(event)
    assert heard == [WordsDelta(text="Hel")]
    assert caught.value is DOWN
    assert second.asked == 0


async def test_a_lone_provider_fails_with_its_own_failure() -> None:
    """A named provider's failure keeps its type and code."""
    with pytest.raises(DeadlineExceeded) as caught:
        await collect(Scripted("a", LATE))
    assert caught.value is LATE


async def test_a_lone_empty_answer_is_unavailable() -> None:
    """Nothing said is a failure in status and metrics."""
    with pytest.raises(Unavailable) as caught:
        await collect(Scripted("a", " "))
    assert caught.value.code == "provider_empty"


async def test_when_all_fail_one_failure_stands_for_them() -> None:
    """The shortest wait that any provider named is passed on."""
    sooner = Unavailable("busy", retry_after_seconds=3)
    with pytest.raises(Unavailable) as caught:
        await collect(Scripted("a", DOWN), Scripted("b", sooner), Scripted("c", LATE))
    assert (caught.value.code, caught.value.retry_after_seconds) == ("all_providers_failed", 3)


async def test_closing_midway_closes_the_provider() -> None:
    """An interrupt reaches the provider's stream at once, not at the next garbage collection."""
    provider = Scripted("a", "one", "two")
    async with aclosing(ProviderChain([provider]).stream(CHAT)) as events:
        await anext(events)
        assert provider.open == 1
    assert provider.open == 0


async def test_a_failed_provider_is_closed_before_the_next_is_asked() -> None:
    """Falling over never holds two connections."""
    first = Scripted("a", " ", DOWN)

    class Watching(Scripted):
        async def stream(self, chat: Chat) -> AsyncGenerator[WordsEvent, None]:
            assert first.open == 0
            yield WordsDelta(text="yes")

    assert await collect(first, Watching("b")) == ["yes"]


async def test_failing_names_the_first_provider_until_it_answers_again() -> None:
    """Status shows that a weaker provider stands in, and forgets it after the next good answer."""
    first = Scripted("a", DOWN)
    chain = ProviderChain([first, Scripted("b", "yes")])
    for steps, failing in ((first.steps, "a: provider_500"), (("fine",), "")):
        first.steps = steps
        async with aclosing(chain.stream(CHAT)) as events:
            async for _ in events:
                pass
        assert chain.failing == failing


async def test_decisions_are_logged_without_words(caplog: pytest.LogCaptureFixture) -> None:
    """A fallback is logged as degrade, the end of the chain as error; no prompt, answer or message is in them."""
    with caplog.at_level(logging.DEBUG, logger="nexy.ai_router"), pytest.raises(Unavailable):
        await collect(Scripted("a", DOWN), Scripted("b", " "))
    decisions = [(record.decision, record.ctx["provider"], record.ctx["code"]) for record in caplog.records]  # type: ignore[attr-defined]
    assert decisions == [("degrade", "a", "provider_500"), ("error", "b", "provider_empty")]
    assert "canary" not in str([vars(record) for record in caplog.records])


async def test_a_death_midway_is_logged_as_an_error(caplog: pytest.LogCaptureFixture) -> None:
    """There is no fallback after content, so the log does not speak of one."""
    with caplog.at_level(logging.DEBUG, logger="nexy.ai_router"), pytest.raises(Unavailable):
        await collect(Scripted("a", "x", DOWN), Scripted("b", "yes"))
    (record,) = caplog.records
    assert record.decision == "error"  # type: ignore[attr-defined]
    assert record.ctx["midway"] is True  # type: ignore[attr-defined]


async def test_close_reaches_every_provider() -> None:
    """The chain owns its providers."""
    providers = [Scripted("a"), Scripted("b")]
    chain = ProviderChain(providers)
    await chain.close()
    assert all(provider.closed for provider in providers)
    assert chain.names == ("a", "b")
