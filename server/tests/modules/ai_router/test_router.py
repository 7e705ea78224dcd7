"""The router whole: tasks, the voice, live rules, cache, facts and judgements, over scripted providers."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any

import pytest

from nexy.config.ai_router_section import BreakerConfig, RetryConfig, WordsConfig
from nexy.config.routing_file import packaged_routing, parse_rules
from nexy.config.sections import CoordinationConfig
from nexy.contracts.completions import Finished
from nexy.contracts.errors import NexyError, Unavailable, ValidationFailed
from nexy.contracts.module import ModuleState
from nexy.contracts.routing import (
    AllProvidersFailed,
    Answering,
    BreakerState,
    Brief,
    DescribeProviders,
    DescribeQuality,
    Embeddings,
    EmbedTexts,
    JudgeAnswer,
    RouteEvent,
    RouteTask,
    Task,
    Verb,
)
from nexy.contracts.routing_table import RoutingTable
from nexy.contracts.switches import FeaturesConfig, KillSwitches, SwitchBoard
from nexy.contracts.turn import Screenshot
from nexy.contracts.words import Chat, GenerateWords, WordsBegun, WordsDelta, WordsUsage
from nexy.modules.ai_router.choice import Sources
from nexy.modules.ai_router.module import AiRouterModule
from support.memory_coordination import memory_coordination
from support.peers import FakePeers
from support.scripted_providers import LoopClock, ScriptedProvider, begun, down, sources, task, usage
from support.virtual_time import run_virtual


class Board:
    """Live values that a test changes."""

    def __init__(self) -> None:
        self.routing = packaged_routing()

    def read(self) -> SwitchBoard:
        return SwitchBoard(features=FeaturesConfig(), kill_switches=KillSwitches(), routing=self.routing)

    def write(self, rules: str) -> None:
        self.routing = RoutingTable(rules=(*parse_rules(rules, "mine"), *packaged_routing().rules))


@asynccontextmanager
async def running(
    *providers: ScriptedProvider, config: WordsConfig | None = None, given: Sources | None = None, **peers: Any
) -> AsyncIterator[AiRouterModule]:
    module = AiRouterModule(lambda *_: given or sources(*providers))
    section = config or WordsConfig(retry=RetryConfig(attempts=1), breaker=BreakerConfig(failure_threshold=2))
    await module.initialize(section, FakePeers(clock=LoopClock(), **peers))
    try:
        yield module
    finally:
        await module.cleanup()


async def routed(module: AiRouterModule, of: Task | None = None) -> list[RouteEvent]:
    async with aclosing(await module.process(RouteTask(task=of or task()))) as events:
        return [event async for event in events]


def by(events: list[RouteEvent]) -> Answering:
    (found,) = [event for event in events if isinstance(event, Answering)]
    return found


def chat(**about: Any) -> Chat:
    return Chat(**{"prompt": "hi", "system": "be kind", "session_id": "s", "features": FeaturesConfig(), **about})


def test_a_task_goes_through_its_chain() -> None:
    """The question, the brief and the model reach the provider; who answered is told."""

    async def story() -> None:
        claude = ScriptedProvider("claude", (begun("claude"), "yes", usage("claude"), Finished()))
        async with running(claude) as module:
            brief = Brief(verb=Verb.GENERATE, text="t")
            events = await routed(module, task(brief=brief, model="claude-opus-4-5"))
            assert (by(events).provider, by(events).model, by(events).fallback) == ("claude", "claude-opus-4-5", False)
            enquiry, model = claude.asked[0]
            assert (enquiry.brief, enquiry.question, model) == (brief, task().question, "claude-opus-4-5")

    run_virtual(story())


def test_with_claude_disabled_openai_answers_and_says_fallback() -> None:
    """Whether it is down or has no key."""

    async def story() -> None:
        async with running(ScriptedProvider("claude", (down(),)), ScriptedProvider("openai")) as module:
            assert (by(await routed(module)).provider, by(await routed(module)).fallback) == ("openai", True)
        async with running(ScriptedProvider("openai")) as module:
            assert (by(await routed(module)).provider, by(await routed(module)).fallback) == ("openai", True)

    run_virtual(story())


def test_a_changed_table_counts_from_the_next_request() -> None:
    """Without a restart; an answer under way is not touched."""

    async def story() -> None:
        board = Board()
        given = (ScriptedProvider("claude", (1.0, "old")), ScriptedProvider("ollama"))
        async with running(*given, global_flags=board) as module:
            under_way = asyncio.ensure_future(routed(module))
            await asyncio.sleep(0.5)
            board.write("rules: [{providers: ollama, models: {ollama: own}}]")
            assert (by(await routed(module)).provider, by(await routed(module)).model) == ("ollama", "own")
            assert by(await under_way).provider == "claude"

    run_virtual(story())


def test_the_cheapest_is_asked_of_the_ledger() -> None:
    """A rule may prefer the price; without prices the written order stands."""

    class Prices:
        async def process(self, request: Any) -> str:
            return "1" if request.provider == "openai" else "2"

    async def story() -> None:
        board = Board()
        board.write("rules: [{providers: [claude, openai], prefer: cheap}]")
        given = (ScriptedProvider("claude"), ScriptedProvider("openai"))
        async with running(*given, global_flags=board, token_usage=Prices()) as module:
            assert by(await routed(module)).provider == "openai"
        async with running(*given, global_flags=board) as module:
            assert by(await routed(module)).provider == "claude"

    run_virtual(story())


def test_mistakes_are_told_before_anything_is_asked() -> None:
    """An unknown provider or model, or one without a key."""

    async def story() -> None:
        async with running(ScriptedProvider("claude")) as module:
            for wrong, field in (
                (task(force_provider="x"), "force_provider"), (task(force_provider="gemini"), "force_provider"),
                (task(model="zebra"), "model"),
            ):  # fmt: skip
                with pytest.raises(ValidationFailed) as caught:
                    await module.process(RouteTask(task=wrong))
                assert caught.value.field == field

    run_virtual(story())


def test_the_same_task_is_answered_from_the_cache() -> None:
    """Once asked, twice told; a tenant never gets another's answer; what may not be cached is asked."""

    async def story() -> None:
        claude = ScriptedProvider("claude", (begun("claude"), "yes", usage("claude"), Finished()))
        coordination = await memory_coordination(LoopClock(), CoordinationConfig())
        async with running(claude, coordination=coordination) as module:
            told = [by(await routed(module)).cached for _ in range(2)]
            other = task(payer=type(task().payer)(name="user:bob", tenant="bob"))
            told.append(by(await routed(module, other)).cached)
            told.append(by(await routed(module, task(cacheable=False))).cached)
            assert told == [False, True, False, False]
            (facts, *_) = await module.process(DescribeProviders())
            assert facts.calls == 3

    run_virtual(story())


def test_the_voice_goes_its_own_way() -> None:
    """gemini, claude, openai, ollama, offline; words and usage only, the picture with the question."""

    async def story() -> None:
        gemini = ScriptedProvider("gemini", (down(),))
        claude = ScriptedProvider("claude", (begun("claude"), "Hel", "lo", usage("claude"), Finished()))
        async with running(claude, gemini) as module:
            seen = chat(screenshot=Screenshot(data="AAAA", width=1, height=1))
            async with aclosing(await module.process(GenerateWords(chat=seen))) as events:
                heard = [event async for event in events]
            assert heard == [begun("claude"), WordsDelta(text="Hel"), WordsDelta(text="lo"), usage("claude")]
            enquiry, _ = claude.asked[0]
            assert enquiry.chat == seen
            assert [message.text for message in enquiry.question.messages] == ["be kind", "hi"]
            assert enquiry.question.pictures == 1
            assert len(gemini.asked) == 1

    run_virtual(story())


def test_a_named_provider_stands_alone_for_the_voice_and_for_tasks() -> None:
    """LLM_PROVIDER binds every door; for the voice its failure is a failure of its own kind."""

    async def story() -> None:
        config = WordsConfig(provider="openai", retry=RetryConfig(attempts=1))
        given = (ScriptedProvider("openai", (down(503),)), ScriptedProvider("claude"))
        async with running(*given, config=config) as module:
            with pytest.raises(NexyError) as caught:
                async with aclosing(await module.process(GenerateWords(chat=chat()))) as events:
                    async for _ in events:
                        pass
            assert caught.value.code == "provider_503"
            with pytest.raises(AllProvidersFailed) as failed:
                await routed(module)
            assert [one.provider for one in failed.value.attempts] == ["openai"]
            assert module.status().parts["openai"] == "provider_503"
            facts = await module.process(DescribeProviders())
            assert [one.name for one in facts if one.allowed] == ["openai", "offline"]

    run_virtual(story())


def test_status_and_facts_tell_failures_and_breakers() -> None:
    """Degraded with the code, the breaker in words, until the provider answers again."""

    async def story() -> None:
        claude = ScriptedProvider("claude", (down(),), (down(),), (0.2, "back", usage("claude", 5)))
        async with running(claude, ScriptedProvider("openai")) as module:
            assert module.status().state is ModuleState.RUNNING
            assert module.status().parts == {"claude": "configured", "openai": "configured", "offline": "configured"}
            for parts in ("provider_500", "provider_500 (breaker open)"):
                await routed(module)
                assert module.status().state is ModuleState.DEGRADED
                assert module.status().parts["claude"] == parts
            facts = {one.name: one for one in await module.process(DescribeProviders())}
            assert (facts["claude"].breaker, facts["claude"].last_error) == (BreakerState.OPEN, "provider_500")
            assert (facts["claude"].calls, facts["claude"].failures, facts["claude"].p50_ms) == (2, 2, None)
            assert (facts["gemini"].configured, facts["gemini"].variable) == (False, "GEMINI_API_KEY")
            await asyncio.sleep(60)
            assert module.status().parts["claude"] == "provider_500 (breaker half_open)"
            await routed(module)
            assert module.status().state is ModuleState.RUNNING
            claude_now = (await module.process(DescribeProviders()))[0]
            assert (claude_now.breaker, claude_now.p50_ms, claude_now.unpriced_calls) == (BreakerState.CLOSED, 200, 1)

    run_virtual(story())


def test_answers_are_judged() -> None:
    """By request, for the provider that gave them."""

    async def story() -> None:
        async with running(ScriptedProvider("claude")) as module:
            await routed(module)
            assert await module.process(JudgeAnswer(request_id="r1", score=0.5))
            assert not await module.process(JudgeAnswer(request_id="r9", score=0.5))
            (quality,) = await module.process(DescribeQuality())
            assert (quality.provider, quality.task_type, quality.score) == ("claude", "code_generation", 0.5)

    run_virtual(story())


def test_vectors_come_from_the_first_who_gives_them() -> None:
    """Without one the error names what to set."""

    class Embedder:
        name, model = "ollama", "own"

        async def embed(self, texts: list[str], model: str) -> Embeddings:
            return Embeddings(provider="ollama", model=model, vectors=[[1.0] for _ in texts], input_tokens=1)

    async def story() -> None:
        given = sources()
        with_vectors = Sources(providers=given.providers, embedders={"ollama": Embedder()})  # type: ignore[dict-item]
        async with running(given=with_vectors) as module:
            assert (await module.process(EmbedTexts(texts=["a", "b"], model="m"))).vectors == [[1.0], [1.0]]
            assert (await module.process(EmbedTexts(texts=["a"], model="ollama/m"))).model == "m"
            with pytest.raises(ValidationFailed, match="ollama only"):
                await module.process(EmbedTexts(texts=["a"], model="openai/m"))
        async with running() as module:
            with pytest.raises(Unavailable, match=r"OLLAMA_URL.*OPENAI_API_KEY"):
                await module.process(EmbedTexts(texts=["a"]))

    run_virtual(story())


def test_a_stream_that_is_left_ends_the_call() -> None:
    """Closing the answer closes the provider's stream, through cache and chain."""

    async def story() -> None:
        claude = ScriptedProvider("claude", ("one", 3600.0))
        coordination = await memory_coordination(LoopClock(), CoordinationConfig())
        async with running(claude, coordination=coordination) as module:
            events: AsyncGenerator[RouteEvent, None] = await module.process(RouteTask(task=task()))
            async with aclosing(events):
                assert not isinstance(await anext(events), WordsBegun | WordsUsage)
            assert claude.open == 0

    run_virtual(story())
