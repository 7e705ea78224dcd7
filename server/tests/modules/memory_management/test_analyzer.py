"""Rules always, a model's proposals beside them where there is one."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.errors import Unavailable
from nexy.contracts.memory import MemoryContext
from nexy.modules.memory_management.analyzer import Analysis, MemoryAnalyzer
from nexy.modules.memory_management.facts import Keep, KnownFact
from support.memory import Reply, ScriptedAnalyst, ops, turn
from support.virtual_time import run_virtual

NAME = Keep(subject="name", text="Name: Anna")
SAID = "My name is Anna. My knee hurts when it rains."
KNEE = ("add", "health", "Knee hurts when it rains")


async def analysed(answer: Callable[[dict[str, Any]], Reply], prompt: str = SAID, **settings: Any) -> Analysis:
    analyst = ScriptedAnalyst(answer)
    known = [KnownFact(fact_id="1", subject="home", text="Lives in Paris")]
    return await MemoryAnalyzer(MemoryConfig(**settings), analyst).analyse(turn(prompt), known)


async def test_the_model_adds_what_rules_do_not_see() -> None:
    """Both stand beside each other, and the cost is told."""
    analysis = await analysed(lambda _: ops(KNEE, ("add", "name", "Name: Anna")))
    assert list(analysis.ops) == [NAME, Keep(subject="health", text="Knee hurts when it rains")]
    assert analysis.usage[0].input_tokens == 10


@pytest.mark.parametrize(
    "reply",
    ["nonsense", "[", "[{}]", ops(("withdraw", "home", "")), "x" * 100_000, Unavailable("down"), ""],
    ids=str,
)
async def test_a_model_that_fails_leaves_the_rules(reply: Reply) -> None:
    """Down, garbled, endless or hostile: what she plainly said is found all the same."""
    assert list((await analysed(lambda _: reply)).ops) == [NAME]


async def test_the_brain_without_a_model_is_no_analyst() -> None:
    """Even an answer in the right form from it counts for nothing."""
    analyst = ScriptedAnalyst(lambda _: ops(KNEE), provider="offline")
    assert list((await MemoryAnalyzer(MemoryConfig(), analyst).analyse(turn(SAID), [])).ops) == [NAME]


@pytest.mark.parametrize("prompt", ["What is the weather in Paris?", "My password is hunter2", "Открой Safari"])
async def test_a_model_is_not_asked_about_everything(prompt: str) -> None:
    """Neither what states nothing of herself nor a secret leaves for a model."""
    analyst = ScriptedAnalyst(lambda _: ops(KNEE))
    await MemoryAnalyzer(MemoryConfig(), analyst).analyse(turn(prompt), [])
    assert analyst.asked == []


async def test_no_model_is_asked_where_none_is_wanted() -> None:
    """MEMORY_ASK_MODEL=false means rules alone."""
    assert list((await analysed(lambda _: ops(KNEE), ask_model=False)).ops) == [NAME]


async def test_the_old_memory_is_at_hand() -> None:
    """The model reads what was known and talked about when the turn began."""
    analyst = ScriptedAnalyst(lambda _: "[]")
    old = MemoryContext(facts=("Lives in Paris",), short_term="hi → hello")
    known = [KnownFact(fact_id="1", subject="home", text="Lives in Paris")]
    await MemoryAnalyzer(MemoryConfig(), analyst).analyse(turn(SAID, old=old), known)
    assert analyst.asked[0]["recently"] == "hi → hello"
    assert json.dumps(analyst.asked[0]["known"]) == '[{"subject": "home", "text": "Lives in Paris"}]'


def test_a_model_that_hangs_is_left_in_time() -> None:
    """The rules' facts come when the model's time is over."""

    class Hanging(ScriptedAnalyst):
        async def _said(self, reply: Reply) -> Any:
            await asyncio.sleep(3600)
            yield

    async def work() -> tuple[Analysis, float]:
        found = await MemoryAnalyzer(MemoryConfig(), Hanging(lambda _: "")).analyse(turn(SAID), [])
        return found, asyncio.get_running_loop().time()

    found, took = run_virtual(work())
    assert list(found.ops) == [NAME]
    assert took == pytest.approx(30.0)
