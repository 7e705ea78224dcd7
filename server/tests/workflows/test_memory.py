"""Memory in a turn: within its budget, never waited for, learnt behind the answer, forgotten for good."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.capabilities import MEMORY
from nexy.contracts.capability import Capability
from nexy.contracts.errors import Unavailable
from nexy.contracts.memory import (
    Fact,
    Foresee,
    Foreseen,
    Forget,
    LearnFromTurn,
    Learnt,
    MemoryContext,
    MemoryReach,
    Recall,
)
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.utils.home_mark import HomeMark
from nexy.workflows.memory import MemoryWorkflowIntegration
from support.devices import KnownOwners
from support.memory import ToldMemory
from support.virtual_time import run_virtual

TEA = MemoryContext(facts=("Likes tea",))
NOTHING = MemoryContext()
AWAY = MemoryContext(reach=MemoryReach.AWAY)
OFF = MemoryContext(reach=MemoryReach.OFF)
Story = Callable[[MemoryWorkflowIntegration], Awaitable[None]]


def now() -> float:
    return asyncio.get_running_loop().time()


def told(
    story: Story,
    module: ToldMemory | None,
    config: MemoryConfig | None = None,
    mark: HomeMark | None = None,
    owners: KnownOwners | None = None,
) -> None:
    """Run the story in virtual time on this memory, or on a server without one."""

    async def work() -> None:
        coordinator = ModuleCoordinator()
        if module is not None:
            coordinator.register(MEMORY, module)
        if owners is not None:
            coordinator.provide(Capability("access"), owners)
        await coordinator.initialize(lambda _: None)
        memory = MemoryWorkflowIntegration(coordinator, config or MemoryConfig(), mark)
        try:
            await story(memory)
        finally:
            await memory.cleanup()
            await coordinator.cleanup()

    run_virtual(work())


async def forget_everything(memory: MemoryWorkflowIntegration, prompt: str = "forget everything") -> str | None:
    """The order, and the yes that it takes."""
    await memory.obey_forget_order("mac", prompt, NOTHING)
    return await memory.obey_forget_order("mac", "да" if prompt[0] in "Зз" else "yes", NOTHING)


def facts(*texts: str, state: str = "active") -> tuple[Fact, ...]:
    return tuple(Fact(fact_id=text, text=text, state=state, learned_at="") for text in texts)


def learn(memory: MemoryWorkflowIntegration, prompt: str = "I like tea", device: str = "mac") -> None:
    memory.learn_in_background(hardware_id=device, turn_id="t", prompt=prompt, answer="Fine.", old=NOTHING)


def test_what_is_remembered_is_kept_at_hand() -> None:
    """One read serves ten minutes; then it is read anew."""
    module = ToldMemory()

    async def story(memory: MemoryWorkflowIntegration) -> None:
        for _ in range(3):
            assert await memory.get_memory_context_parallel("mac") == TEA
        assert module.count(Recall) == 1
        await asyncio.sleep(600)
        assert await memory.get_memory_context_parallel("mac") == TEA
        assert module.count(Recall) == 2

    told(story, module)


def test_late_memory_is_left_out_and_still_kept() -> None:
    """After 0.35 s the turn goes on without it, and the next one finds it at hand."""
    module = ToldMemory(delay=2.0)

    async def story(memory: MemoryWorkflowIntegration) -> None:
        assert await memory.get_memory_context_parallel("mac") == AWAY
        assert now() == pytest.approx(0.35)
        await asyncio.sleep(2)
        assert await memory.get_memory_context_parallel("mac") == TEA
        assert module.count(Recall) == 1

    told(story, module)


def test_a_slow_database_costs_one_budget_and_not_one_per_turn() -> None:
    """Once a read was late nobody waits, until one has come in time again."""
    module = ToldMemory(delay=2.0)

    async def story(memory: MemoryWorkflowIntegration) -> None:
        for number in range(50):
            assert await memory.get_memory_context_parallel(f"device {number}") == AWAY
        assert now() == pytest.approx(0.35)
        await asyncio.sleep(3)
        module.delay = 0.1
        assert await memory.get_memory_context_parallel("probe") == AWAY
        await asyncio.sleep(0.2)
        assert await memory.get_memory_context_parallel("new") == TEA

    told(story, module)


def test_a_stuck_database_piles_up_no_reads() -> None:
    """A bounded number is under way, and each ends by its own time limit."""
    module = ToldMemory(delay=10_000)

    async def story(memory: MemoryWorkflowIntegration) -> None:
        for number in range(500):
            await memory.get_memory_context_parallel(f"device {number}")
        assert module.count(Recall) == 16
        await asyncio.sleep(11)
        await memory.get_memory_context_parallel("later")
        assert module.count(Recall) == 17

    told(story, module)


def test_without_a_database_a_turn_waits_for_nothing() -> None:
    """A memory that fails is an empty one, at once."""
    module = ToldMemory(Recall=Unavailable("away"))

    async def story(memory: MemoryWorkflowIntegration) -> None:
        for _ in range(5):
            assert await memory.get_memory_context_parallel("mac") == AWAY
        assert now() == 0

    told(story, module)


def test_a_server_without_memory_remembers_and_learns_nothing() -> None:
    """No module: an empty memory, and an order to forget is answered truthfully."""

    async def story(memory: MemoryWorkflowIntegration) -> None:
        assert await memory.get_memory_context_parallel("mac") == OFF
        learn(memory)
        assert await memory.obey_forget_order("mac", "Forget everything", OFF) == (
            "This server keeps no memory, so there is nothing that I could forget."
        )
        assert await memory.obey_forget_order("mac", "Yes", OFF) is None
        assert await memory.foresee(OFF, "I like tea") == Foreseen()

    told(story, None)


def test_turns_at_the_same_moment_share_a_read() -> None:
    """Ten turns of one device ask the database once."""
    module = ToldMemory(delay=0.1)

    async def story(memory: MemoryWorkflowIntegration) -> None:
        asked = [memory.get_memory_context_parallel("mac") for _ in range(10)]
        assert await asyncio.gather(*asked) == [TEA] * 10
        assert module.count(Recall) == 1

    told(story, module)


def test_a_cancelled_turn_leaves_the_read_to_the_next() -> None:
    """A barge-in does not cost the memory."""
    module = ToldMemory(delay=0.2)

    async def story(memory: MemoryWorkflowIntegration) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await memory.get_memory_context_parallel("mac")
        assert await memory.get_memory_context_parallel("mac") == TEA
        assert module.count(Recall) == 1

    told(story, module)


def test_what_was_learnt_is_at_hand_in_the_next_turn() -> None:
    """The old memory is dropped and read again behind the answer."""
    module = ToldMemory()

    async def story(memory: MemoryWorkflowIntegration) -> None:
        await memory.get_memory_context_parallel("mac")
        learn(memory)
        module.answers["Recall"] = MemoryContext(facts=("Hates tea",))
        await asyncio.sleep(1)
        assert module.count(Recall) == 2
        assert (await memory.get_memory_context_parallel("mac")).facts == ("Hates tea",)
        assert module.count(Recall) == 2

    told(story, module)


def test_a_memory_that_learning_brings_along_is_not_read_again() -> None:
    """Learning knows what it left behind; the next turn finds it without a question to the database."""
    module = ToldMemory(LearnFromTurn=Learnt(changes=1, memory=MemoryContext(facts=("Hates tea",))))

    async def story(memory: MemoryWorkflowIntegration) -> None:
        learn(memory)
        await asyncio.sleep(1)
        assert (await memory.get_memory_context_parallel("mac")).facts == ("Hates tea",)
        assert module.count(Recall) == 0

    told(story, module)


def test_a_near_database_that_gets_stuck_costs_a_moment() -> None:
    """Memory that usually comes in four milliseconds is not waited for a third of a second."""
    module = ToldMemory(delay=0.004)

    async def story(memory: MemoryWorkflowIntegration) -> None:
        for number in range(5):
            await memory.get_memory_context_parallel(f"device {number}")
        module.delay, began = 5.0, now()
        await memory.get_memory_context_parallel("stuck")
        assert now() - began < 0.05

    told(story, module)


def test_a_read_from_before_a_change_is_not_kept() -> None:
    """What was read while something was being learnt is out of date."""
    module = ToldMemory(delay=0.2)

    async def story(memory: MemoryWorkflowIntegration) -> None:
        reading = asyncio.ensure_future(memory.get_memory_context_parallel("mac"))
        await asyncio.sleep(0.1)
        module.answers["Recall"] = NOTHING
        await forget_everything(memory)
        await reading
        assert await memory.get_memory_context_parallel("mac") == NOTHING

    told(story, module)


def test_a_change_by_another_process_empties_the_cache(tmp_path: Path) -> None:
    """`nexy memory forget` beside a running server takes effect in the next turn."""
    module, mark = ToldMemory(), HomeMark(tmp_path, "memory_changed")

    async def story(memory: MemoryWorkflowIntegration) -> None:
        await memory.get_memory_context_parallel("mac")
        module.answers["Recall"] = NOTHING
        assert await memory.get_memory_context_parallel("mac") == TEA
        mark.touch()
        assert await memory.get_memory_context_parallel("mac") == NOTHING

    told(story, module, mark=mark)


@pytest.mark.parametrize(
    ("prompt", "forgotten", "answer"),
    [
        ("Please forget that I like tea", facts("Likes tea"), "Done. I have forgotten this: Likes tea."),
        ("Forget about my pets", facts("Has a cat", "Has a dog"), "Done. I have forgotten this: Has a cat; Has a dog."),
        ("Forget what I like", facts(*"abcdefg"), "Done. I have forgotten this: a; b; c; d; e; and 2 more."),
        ("Forget that I like tea", facts("Likes tea", state="corrected"), "Done. I have forgotten that."),
        ("Forget that I like tea", facts("{x} __MCP__[1]"), "Done. I have forgotten this: (x) __M-C-P__(1)."),
        ("Forget that I like tea", (), "I remember nothing like that about you, so there was nothing to forget."),
        ("Забудь, что я люблю чай", facts("Любит чай"), "Готово. Я забыла: Любит чай."),
        ("Забудь, что я люблю чай", (), "Ничего такого я о вас не помню, так что забывать было нечего."),
    ],
)  # fmt: skip
def test_an_order_to_forget_is_obeyed_and_answered_truthfully(
    prompt: str, forgotten: Sequence[Fact], answer: str
) -> None:
    """In the language of the order, by what was really forgotten, and nothing of it can be a command."""
    module = ToldMemory(Forget=forgotten)

    async def story(memory: MemoryWorkflowIntegration) -> None:
        assert await memory.obey_forget_order("mac", prompt, TEA) == answer
        assert [request.hardware_id for request in module.asked if isinstance(request, Forget)] == ["mac"]

    told(story, module)


@pytest.mark.parametrize("trouble", ["away", "stuck"])
def test_what_could_not_be_forgotten_is_said(trouble: str) -> None:
    """Nobody is told that something is gone that is still there."""
    module = ToldMemory(Forget=Unavailable("away")) if trouble == "away" else ToldMemory(delay=10_000)

    async def story(memory: MemoryWorkflowIntegration) -> None:
        said = await forget_everything(memory, "Забудь всё")
        assert said is not None
        assert said.startswith("Сейчас у меня нет доступа к памяти, поэтому я ничего не забыла.")
        assert now() <= 10

    told(story, module)


def test_what_waits_to_be_learnt_does_not_survive_an_order_to_forget() -> None:
    """Everything: dropped. One thing: learnt first, then forgotten."""
    module = ToldMemory(delay=1.0)

    async def story(memory: MemoryWorkflowIntegration) -> None:
        learn(memory)
        learn(memory, "I live in Paris")
        await forget_everything(memory)
        assert [type(request) for request in module.asked] == [Forget]
        module.asked.clear()
        module.delay = 0.1
        learn(memory)
        await memory.obey_forget_order("mac", "forget that I like tea", TEA)
        assert [type(request) for request in module.asked] == [LearnFromTurn, Recall, Forget]

    told(story, module)


def test_what_cannot_be_foreseen_is_not_promised() -> None:
    """A memory that stops in the middle of a turn costs the promise and not the answer."""
    module = ToldMemory(Foresee=Unavailable("away"))

    async def story(memory: MemoryWorkflowIntegration) -> None:
        assert await memory.foresee(AWAY, "I like tea") == Foreseen()
        assert module.count(Foresee) == 0
        assert await memory.foresee(TEA, "I like tea") == Foreseen()
        assert module.count(Foresee) == 1

    told(story, module)


def test_a_turn_that_cannot_be_learnt_troubles_nobody() -> None:
    """The failure is logged, later turns are learnt."""
    module = ToldMemory(LearnFromTurn=Unavailable("away"))

    async def story(memory: MemoryWorkflowIntegration) -> None:
        learn(memory)
        await asyncio.sleep(1)
        module.answers["LearnFromTurn"] = 1
        learn(memory)
        await asyncio.sleep(1)
        assert module.count(LearnFromTurn) == 2
        assert await memory.get_memory_context_parallel("mac") == TEA

    told(story, module)


def test_cleanup_learns_what_waits_within_its_time() -> None:
    """A quick database loses no turn at shutdown, a stuck one does not hold it up."""
    quick, stuck = ToldMemory(delay=0.1), ToldMemory(delay=10_000)

    async def story(memory: MemoryWorkflowIntegration) -> None:
        for number in range(4):
            learn(memory, f"I like tea {number}")
        began = now()
        await memory.cleanup()
        assert now() - began <= 2

    told(story, quick)
    assert quick.count(LearnFromTurn) == 4
    told(story, stuck)


def test_the_devices_of_one_person_share_what_is_at_hand() -> None:
    """What she has forgotten through one of them, none tells any more; a stranger's memory is apart."""
    module = ToldMemory()

    async def story(memory: MemoryWorkflowIntegration) -> None:
        for device in ("mac", "phone", "stranger"):
            assert await memory.get_memory_context_parallel(device) == TEA
        assert module.count(Recall) == 2
        module.answers["Recall"] = NOTHING
        assert await forget_everything(memory)
        assert await memory.get_memory_context_parallel("phone") == NOTHING
        assert await memory.get_memory_context_parallel("stranger") == TEA

    told(story, module, owners=KnownOwners({"mac": "anna", "phone": "anna"}))


def test_what_a_device_learnt_before_its_pairing_is_not_taken_for_its_persons_whole_memory() -> None:
    """A lesson that was on its way when the device was paired is read back from the database."""
    owners = KnownOwners({})
    module = ToldMemory(delay=0.1, LearnFromTurn=Learnt(changes=1, memory=MemoryContext(facts=("Only this",))))

    async def story(memory: MemoryWorkflowIntegration) -> None:
        learn(memory)
        await asyncio.sleep(0.05)
        owners.owners["mac"] = "anna"
        await asyncio.sleep(1)
        assert await memory.get_memory_context_parallel("mac") == TEA

    told(story, module, owners=owners)
