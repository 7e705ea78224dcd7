"""Whatever providers do: one answer from one of them, or a failure, and nothing left behind."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nexy.config.ai_router_section import BreakerConfig, RetryConfig
from nexy.contracts.completions import Finished, ToolCallDelta
from nexy.contracts.errors import DeadlineExceeded, NexyError, TooLarge, Unavailable, ValidationFailed
from nexy.contracts.routing import Answering, AttemptStatus, PassedBytes
from nexy.contracts.words import WordsBegun, WordsDelta, WordsUsage
from support.chains import Heard, books, collect, plan
from support.scripted_providers import ScriptedProvider, begun, down, usage
from support.virtual_time import run_virtual

FAILURES = st.sampled_from(
    [
        *(down(status) for status in (400, 401, 404, 408, 500, 503)),
        down(429),
        down(429, wait=1),
        DeadlineExceeded("", code="provider_first_token_timeout"),
        Unavailable("", code="provider_died"),
        Unavailable("", code="provider_unreachable"),
        ValidationFailed("", code="provider_refused"),
        TooLarge("", code="provider_answer_too_large"),
    ]
)


def steps(name: str) -> st.SearchStrategy[Any]:
    """Any life of one call: waits, blanks, words marked with who says them, tools, bytes, counts, an end or none."""
    pieces = st.sampled_from(
        [
            begun(name), usage(name), 0.5, 30.0, "", " ", "\n", name,
            ToolCallDelta(index=0, id=name), PassedBytes(data=name.encode()), PassedBytes(data=b"\n", content=False),
        ]
    )  # fmt: skip
    ends = st.one_of(FAILURES, st.just(Finished()), st.none())
    return st.tuples(st.lists(pieces, max_size=6), ends).map(lambda made: [*made[0], *([made[1]] if made[1] else [])])


CHAINS = st.tuples(*(st.lists(steps(name), min_size=1, max_size=4) for name in ("a", "b", "c")))


def speakers(heard: Heard) -> set[str]:
    """Who is heard in the content."""
    said = set()
    for event in heard.events:
        match event:
            case WordsDelta(text=text):
                said |= set(text.split())
            case ToolCallDelta(id=name):
                said.add(name)
            case PassedBytes(data=data):
                said |= set(data.decode().split())
    return {letter for word in said for letter in word}


@settings(max_examples=200, deadline=None)
@given(CHAINS, st.integers(1, 3), st.integers(1, 3), st.integers(1, 3))
def test_there_is_never_a_second_answer(
    scripts: tuple[list[Any], ...], attempts: int, threshold: int, questions: int
) -> None:
    """Over random failures, retries and breakers: at most one provider is heard, always after it was announced, never
    again after a failure; what was begun is passed on; nobody's stream stays open."""

    async def story() -> None:
        kept = books(BreakerConfig(failure_threshold=threshold, timeout_seconds=10))
        providers = [ScriptedProvider(name, *script) for name, script in zip("abc", scripts, strict=True)]
        for _ in range(questions):
            heard = await collect(plan(*providers), kept, RetryConfig(attempts=attempts))
            check(heard)
            assert all(provider.open == 0 for provider in providers)
        asked = sum(len(provider.asked) for provider in providers)
        assert sum(kept.facts.of(name).calls for name in "abc") == asked

    run_virtual(story())


def check(heard: Heard) -> None:
    announced = [index for index, event in enumerate(heard.events) if isinstance(event, Answering)]
    content = [
        index for index, event in enumerate(heard.events) if isinstance(event, WordsDelta | ToolCallDelta | PassedBytes)
    ]
    assert len(announced) == (1 if content else 0)
    if not content:
        assert isinstance(heard.failure, NexyError)
        return
    assert announced[0] == content[0] - 1
    assert speakers(heard) <= {heard.answering.provider}
    assert heard.answering.attempts[-1].status is AttemptStatus.OK
    paid = [event for event in heard.events if isinstance(event, WordsBegun | WordsUsage)]
    assert all(event.provider in "abc" for event in paid)
    assert not [event for event in heard.events[: announced[0]] if isinstance(event, Finished)]
