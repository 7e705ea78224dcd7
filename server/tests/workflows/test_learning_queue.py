"""Turns wait to be learnt in order, few at once, never without bound."""

import asyncio
from collections.abc import Awaitable, Callable

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.memory import LearnFromTurn
from nexy.workflows.learning_queue import LearningQueue
from support.memory import turn
from support.virtual_time import run_virtual


class Slow:
    """Learns each turn in a second; `seen` is the order, `most` how many at once."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.running = self.most = 0

    async def learn(self, one: LearnFromTurn) -> None:
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(1)
        self.running -= 1
        self.seen.append(f"{one.hardware_id} {one.prompt}")


def run(story: Callable[[LearningQueue], Awaitable[None]], learner: Slow, **settings: float) -> None:
    async def work() -> None:
        queue = LearningQueue(MemoryConfig(**settings), learner.learn)  # type: ignore[arg-type]
        try:
            await story(queue)
        finally:
            await queue.cleanup()
        assert queue.waiting == 0

    run_virtual(work())


def test_a_devices_turns_are_learnt_in_order() -> None:
    """The newer fact is the one that was said later."""
    learner = Slow()

    async def story(queue: LearningQueue) -> None:
        for number in range(5):
            assert queue.put(turn(str(number), device="mac"))
        await asyncio.sleep(10)

    run(story, learner)
    assert learner.seen == [f"mac {number}" for number in range(5)]
    assert learner.most == 1


def test_devices_are_learnt_from_side_by_side() -> None:
    """What many devices taught at the same time can be written together; those being learnt take a place too."""
    learner = Slow()

    async def story(queue: LearningQueue) -> None:
        for number in range(20):
            queue.put(turn("x", device=f"device {number}"))
        await asyncio.sleep(0.5)
        assert queue.waiting == 20
        await asyncio.sleep(1)
        assert len(learner.seen) == 20

    run(story, learner)
    assert learner.most == 20


def test_a_turn_that_finds_no_room_is_refused() -> None:
    """One device cannot take every place, and all together never more than there are."""
    learner = Slow()

    async def story(queue: LearningQueue) -> None:
        assert [queue.put(turn("x", device="mac")) for _ in range(4)] == [True, True, True, False]
        assert [queue.put(turn("x", device=f"d{number}")) for number in range(4)] == [True, True, False, False]
        assert queue.waiting == 5
        await asyncio.sleep(10)
        assert queue.put(turn("x", device="mac"))

    run(story, learner, max_waiting_turns=5, max_waiting_turns_per_device=3, flush_seconds=5)
    assert len(learner.seen) == 6


def test_settling_waits_or_drops() -> None:
    """Within the patience everything is learnt; what is not by then never will be, begun or not."""
    learner = Slow()

    async def story(queue: LearningQueue) -> None:
        queue.put(turn("a", device="mac"))
        await queue.settle("mac", 2)
        assert learner.seen == ["mac a"]
        for _ in range(2):
            queue.put(turn("b", device="mac"))
            await queue.settle("mac", 0)
            assert queue.waiting == 0
        await queue.settle("nobody", 2)
        await asyncio.sleep(10)
        assert learner.seen == ["mac a"]

    run(story, learner)


def test_settling_one_device_leaves_the_others() -> None:
    """Only the person who wants to be forgotten is."""
    learner = Slow()

    async def story(queue: LearningQueue) -> None:
        queue.put(turn("a", device="mac"))
        queue.put(turn("b", device="other"))
        await queue.settle("mac", 0)
        await asyncio.sleep(5)
        assert learner.seen == ["other b"]

    run(story, learner)
