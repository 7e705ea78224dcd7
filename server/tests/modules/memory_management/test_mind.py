"""A mind follows what is written of it."""

from uuid import UUID, uuid4

from nexy.config.memory_management_section import MemoryConfig
from nexy.modules.memory_management.facts import Added, FactOp, Keep, KnownFact, Withdraw, Withdrawn
from nexy.modules.memory_management.lessons import Lesson
from nexy.modules.memory_management.mind import Mind
from support.memory import turn
from support.virtual_time import run_virtual

CONFIG = MemoryConfig()


def learn(mind: Mind, *ops: FactOp, prompt: str = "x") -> list[object]:
    async def work() -> list[object]:
        return list(mind.learn(Lesson(turn=turn(prompt), ops=ops), CONFIG))

    return run_virtual(work())


def mind() -> Mind:
    return Mind(person=uuid4(), facts=[KnownFact(fact_id="1", subject="home", text="Lives in Paris")])


def test_a_lesson_sees_what_an_earlier_one_of_the_same_round_taught() -> None:
    """The second correction replaces the first one's fact, not the fact of before."""
    one = mind()
    first = learn(one, Keep(subject="home", text="Lives in Rome"))[0]
    second = learn(one, Keep(subject="home", text="Lives in Oslo"))[0]
    assert isinstance(first, Added)
    assert isinstance(second, Added)
    assert (first.replaces, second.replaces) == ("1", first.fact_id)
    assert one.context(10).facts == ("Lives in Oslo",)


def test_what_is_withdrawn_no_longer_holds() -> None:
    """It is neither told nor withdrawn twice."""
    one = mind()
    assert learn(one, Withdraw(subject="home")) == [Withdrawn(fact_id="1")]
    assert learn(one, Withdraw(subject="home")) == []
    assert one.context(10).facts == ()


def test_the_next_turn_is_told_the_newest_and_the_talk() -> None:
    """No more facts than are recalled, oldest first, and the exchange that has just been."""
    one = mind()
    learn(one, Keep(subject="likes:tea", text="Likes tea"), prompt="I like tea")
    context = one.context(1)
    assert context.facts == ("Likes tea",)
    assert context.short_term == "I like tea → Fine."


def test_every_new_fact_has_an_id_of_its_own() -> None:
    """It is made where the change is decided, so that the next change can name it."""
    added = [Added(subject="a", text="A") for _ in range(2)]
    assert added[0] == added[1]
    assert UUID(added[0].fact_id) != UUID(added[1].fact_id)
