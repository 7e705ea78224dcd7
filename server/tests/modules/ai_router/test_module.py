"""The capability as the coordinator sees it."""

from contextlib import aclosing
from dataclasses import dataclass

import pytest

from nexy.config.ai_router_section import OpenAiConfig, WordsConfig
from nexy.contracts.errors import Internal, NexyError, Unavailable
from nexy.contracts.module import ModuleState
from nexy.contracts.request import Request
from nexy.contracts.switches import FeaturesConfig
from nexy.contracts.words import Chat, GenerateWords, WordsDelta, WordsUsage
from nexy.modules.ai_router.module import AiRouterModule
from nexy.utils.clock import SystemClock
from support.fake_openai import FakeOpenAi
from support.fake_openai_script import Fault, Script
from support.peers import FakePeers


@dataclass(frozen=True, slots=True, kw_only=True)
class Strange(Request[None]):
    """A request that the router does not know."""


def ask(prompt: str) -> GenerateWords:
    return GenerateWords(chat=Chat(prompt=prompt, system="", session_id="s", features=FeaturesConfig()))


async def started(**openai: str) -> AiRouterModule:
    module = AiRouterModule()
    await module.initialize(
        WordsConfig(openai=OpenAiConfig(**openai), allow_private_addresses=True), FakePeers(clock=SystemClock())
    )
    return module


async def answer(module: AiRouterModule, prompt: str) -> tuple[str, str]:
    """The words, and who they were counted for."""
    words, provider = "", ""
    async with aclosing(await module.process(ask(prompt))) as events:
        async for event in events:
            match event:
                case WordsDelta(text=text):
                    words += text
                case WordsUsage():
                    provider = event.provider
    return words, provider


async def test_without_a_provider_the_brain_answers() -> None:
    """A fresh machine has words at once."""
    module = await started()
    words, provider = await answer(module, "2+2")
    assert ("4" in words, provider) == (True, "offline")
    assert module.status().state is ModuleState.RUNNING
    await module.cleanup()


async def test_a_configured_server_answers_first() -> None:
    """With an address the model's words are passed on as they are."""
    async with FakeOpenAi() as fake:
        fake.play(Script(answer="I am a model."))
        module = await started(base_url=fake.base_url)
        assert await answer(module, "2+2") == ("I am a model.", "openai")
        assert module.status().detail == "openai > offline"
        assert module.status().parts == {"openai": "configured", "offline": "configured"}
        await module.cleanup()


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.HTML, Fault.EMPTY, Fault.BLANK, Fault.DROP])
async def test_a_failing_server_is_stood_in_for_and_named(fault: Fault) -> None:
    """The brain answers the turn, and the status says that the model does not."""
    async with FakeOpenAi() as fake:
        fake.play(Script(fault=fault))
        module = await started(base_url=fake.base_url)
        words, _ = await answer(module, "2+2")
        assert "4" in words
        assert module.status().state is ModuleState.DEGRADED
        assert module.status().detail.startswith("openai: provider_")
        parts = module.status().parts
        assert parts == {"openai": module.status().detail.removeprefix("openai: "), "offline": "configured"}
        await module.cleanup()


async def test_a_server_that_dies_midway_is_a_failure() -> None:
    """After the first words nobody answers anew."""
    async with FakeOpenAi() as fake:
        fake.play(Script(fault=Fault.DEATH_MIDWAY))
        module = await started(base_url=fake.base_url)
        with pytest.raises(Unavailable):
            await answer(module, "2+2")
        await module.cleanup()


async def test_before_and_after_its_life_it_is_unavailable() -> None:
    """A module that is not running says so instead of breaking."""
    module = AiRouterModule()
    assert module.status().state is ModuleState.STOPPED
    with pytest.raises(Unavailable):
        await module.process(ask("hi"))
    await module.initialize(WordsConfig(), FakePeers(clock=SystemClock()))
    await module.cleanup()
    await module.cleanup()
    assert module.status().state is ModuleState.STOPPED
    with pytest.raises(Unavailable):
        await module.process(ask("hi"))


async def test_a_bad_section_fails_and_leaves_nothing_to_clean() -> None:
    """A start that fails can still be cleaned up."""
    module = AiRouterModule()
    with pytest.raises(NexyError):
        await module.initialize(WordsConfig(provider="claude"), FakePeers(clock=SystemClock()))
    await module.cleanup()


async def test_an_unknown_request_is_a_defect_of_the_caller() -> None:
    """Only GenerateWords is answered."""
    module = await started()
    with pytest.raises(Internal):
        await module.process(Strange())
    await module.cleanup()


def test_it_asks_only_for_the_clock() -> None:
    """The start order follows from what the module requires."""
    assert AiRouterModule.requires == ("clock",)
