"""Everything is forgotten only after a yes; nobody else and no later word can give it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.memory import Fact, MemoryReach
from nexy.workflows.forget_order import ForgetOrder
from nexy.workflows.forgetting import Forgetting
from support.virtual_time import run_virtual

KEPT, AWAY, OFF = MemoryReach.KEPT, MemoryReach.AWAY, MemoryReach.OFF
TEA = Fact(fact_id="1", text="Likes tea", state="active", learned_at="")


class Heard:
    """Takes the orders down."""

    def __init__(self) -> None:
        self.orders: list[tuple[str, ForgetOrder]] = []

    async def forget(self, hardware_id: str, order: ForgetOrder) -> Sequence[Fact]:
        self.orders.append((hardware_id, order))
        return (TEA,)


def told(story: Callable[[Forgetting, Heard], Awaitable[None]], config: MemoryConfig | None = None) -> None:
    async def work() -> None:
        heard = Heard()
        await story(Forgetting(config or MemoryConfig(), heard.forget), heard)

    run_virtual(work())


@pytest.mark.parametrize(
    ("order", "yes", "done"),
    [
        ("Forget everything", "Yes.", "Done. I have forgotten everything that I remembered about you."),
        ("Forget everything", "Yes, forget everything, please", "Done. I have forgotten everything"),
        ("Forget everything you know about me", "Forget everything", "Done. I have forgotten everything"),
        ("Забудь всё обо мне", "Да", "Готово. Я забыла всё, что помнила о вас."),
        ("Забудь всё", "Да, конечно, забудь всё!", "Готово. Я забыла всё"),
    ],
)
def test_everything_is_forgotten_after_a_yes(order: str, yes: str, done: str) -> None:
    """The first answer only asks; a yes or the order once more carries it out, once."""

    async def story(forgetting: Forgetting, heard: Heard) -> None:
        question = await forgetting.obey("mac", order, reach=KEPT)
        assert question is not None
        assert question.startswith(("Shall I forget everything", "Забыть всё"))
        assert heard.orders == []
        said = await forgetting.obey("mac", yes, reach=KEPT)
        assert said is not None
        assert said.startswith(done)
        assert heard.orders == [("mac", ForgetOrder())]
        assert await forgetting.obey("mac", "yes", reach=KEPT) is None

    told(story)


@pytest.mark.parametrize("no", ["No", "no, keep it", "Cancel", "Нет", "не надо", "Нет, не забывай", "стоп"])
def test_a_no_keeps_everything(no: str) -> None:
    """And it is said that nothing was forgotten; a yes afterwards means nothing."""

    async def story(forgetting: Forgetting, heard: Heard) -> None:
        await forgetting.obey("mac", "forget everything", reach=KEPT)
        said = await forgetting.obey("mac", no, reach=KEPT)
        assert said in ("Good. I forget nothing.", "Хорошо. Я ничего не забываю.")
        assert await forgetting.obey("mac", "yes", reach=KEPT) is None
        assert heard.orders == []

    told(story)


@pytest.mark.parametrize(
    "said", ["What time is it?", "yes but what time is it", "Да, а который час?", "No idea", "", "yes " * 40]
)
def test_anything_else_lets_the_question_fall(said: str) -> None:
    """It is an ordinary turn, and a yes after it is one too."""

    async def story(forgetting: Forgetting, heard: Heard) -> None:
        await forgetting.obey("mac", "forget everything", reach=KEPT)
        assert await forgetting.obey("mac", said, reach=KEPT) is None
        assert await forgetting.obey("mac", "yes", reach=KEPT) is None
        assert heard.orders == []

    told(story)


def test_nobody_else_and_no_later_yes_will_do() -> None:
    """The question is the device's own and stands for a minute."""

    async def story(forgetting: Forgetting, heard: Heard) -> None:
        await forgetting.obey("mac", "forget everything", reach=AWAY)
        assert await forgetting.obey("another", "yes", reach=KEPT) is None
        await asyncio.sleep(61)
        assert await forgetting.obey("mac", "yes", reach=KEPT) is None
        assert heard.orders == []

    told(story)


def test_only_so_many_questions_stand() -> None:
    """The oldest falls first."""

    async def story(forgetting: Forgetting, heard: Heard) -> None:
        for device in ("one", "two", "three"):
            await forgetting.obey(device, "forget everything", reach=KEPT)
        assert await forgetting.obey("one", "yes", reach=KEPT) is None
        assert await forgetting.obey("three", "yes", reach=KEPT) is not None

    told(story, MemoryConfig(max_cached_devices=2))


def test_one_thing_is_forgotten_at_once_and_named() -> None:
    """Also in answer to the question whether everything is meant."""

    async def story(forgetting: Forgetting, heard: Heard) -> None:
        await forgetting.obey("mac", "forget everything", reach=KEPT)
        said = await forgetting.obey("mac", "forget that I like tea", reach=KEPT)
        assert said == "Done. I have forgotten this: Likes tea."
        assert heard.orders == [("mac", ForgetOrder(about="i like tea"))]

    told(story)


def test_without_memory_there_is_nothing_to_forget() -> None:
    """Said at once, and nothing is asked."""

    async def story(forgetting: Forgetting, heard: Heard) -> None:
        for order in ("forget everything", "forget that I like tea"):
            said = await forgetting.obey("mac", order, reach=OFF)
            assert said == "This server keeps no memory, so there is nothing that I could forget."
        assert heard.orders == []

    told(story)
