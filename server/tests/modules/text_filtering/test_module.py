"""The capability `text_filtering` as the rest of the server meets it."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import pytest

from nexy.config.sections import SentencesConfig
from nexy.contracts.errors import Internal, Unavailable
from nexy.contracts.module import ModuleState
from nexy.contracts.request import Request
from nexy.contracts.sentences import CutSentences
from nexy.modules.text_filtering.module import TextFilteringModule


class NoPeers:
    def get(self, capability: str) -> Any:
        raise AssertionError(f"{capability} is not needed here")


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign(Request[None]):
    """A request of somebody else."""


async def words(*tokens: str) -> AsyncGenerator[str, None]:
    for token in tokens:
        yield token


async def running() -> TextFilteringModule:
    module = TextFilteringModule()
    await module.initialize(SentencesConfig(), NoPeers())
    return module


async def texts(module: TextFilteringModule, *tokens: str) -> list[str]:
    async with aclosing(await module.process(CutSentences(text=words(*tokens)))) as sentences:
        return [sentence.text async for sentence in sentences]


async def test_cuts_sentences() -> None:
    """The reply to `CutSentences` is a stream of sentences."""
    assert await texts(await running(), "Раз", ". Два", "? ") == ["Раз. ", "Два? "]


async def test_turns_share_nothing() -> None:
    """An unclosed block of one turn does not silence the next."""
    module = await running()
    await texts(module, "```\nx")
    assert await texts(module, "Да. Нет.") == ["Да. ", "Нет."]


async def test_status_follows_its_life() -> None:
    """Absent, running, stopped; cleanup may be called twice."""
    module = TextFilteringModule()
    assert module.status().state is ModuleState.ABSENT
    await module.initialize(SentencesConfig(), NoPeers())
    assert module.status().state is ModuleState.RUNNING
    await module.cleanup()
    await module.cleanup()
    assert module.status().state is ModuleState.STOPPED


async def test_refuses_before_start_and_closes_the_text() -> None:
    """A module that is not running says so, and its caller's stream is closed."""
    text = words("Раз")
    with pytest.raises(Unavailable):
        await TextFilteringModule().process(CutSentences(text=text))
    assert [token async for token in text] == []


async def test_unknown_request_is_a_defect() -> None:
    """A request it does not know is refused as an internal error."""
    with pytest.raises(Internal):
        await (await running()).process(Foreign())
