"""Memory on a real database: facts last, are corrected, withdrawn and forgotten."""

import asyncio
import random

import pytest

from nexy.config.memory_management_section import MemoryConfig
from nexy.contracts.database import SERVICE, Claims
from nexy.contracts.errors import Unavailable
from nexy.contracts.memory import Foresee, Foreseen, Forget, KnowsDevice, MemoryContext, Recall
from nexy.contracts.module import R
from nexy.contracts.request import Request
from nexy.contracts.usage import RecordUsage
from nexy.modules.database.module import DatabaseModule
from nexy.modules.memory_management.module import MemoryManagementModule
from support.kept import Keeper
from support.memory import DEVICE, ScriptedAnalyst, ops, running_memory, turn
from support.peers import FakePeers

pytestmark = pytest.mark.slow


async def test_facts_last_and_belong_to_their_person(database: DatabaseModule) -> None:
    """Another device remembers nothing of it, nor does one that never spoke."""
    async with running_memory(database) as memory:
        assert await memory.learn("My name is Anna. I live in Paris.") == 2
        await memory.learn("I like tea", device="another")
        assert await memory.facts() == ("Name: Anna", "Lives in Paris")
        assert await memory.facts("another") == ("Likes tea",)
        assert await memory.facts("never seen") == ()
    async with running_memory(database) as again:
        assert await again.facts() == ("Name: Anna", "Lives in Paris")


async def test_reading_makes_no_person(database: DatabaseModule) -> None:
    """A device is written down when something is learnt, not when it is asked about."""
    async with running_memory(database) as memory:
        await memory.facts()
        assert await memory.module.process(Forget(hardware_id=DEVICE)) == ()
    async with database.transaction(SERVICE) as transaction:
        assert await transaction.fetch("SELECT 1 FROM users") == []


async def test_the_newer_of_two_contradictory_facts_holds(database: DatabaseModule) -> None:
    """The older one stays in the history and names the one that replaced it."""
    async with running_memory(database) as memory:
        await memory.learn("I love tea", "I live in Paris", "I hate tea", "I moved to Berlin")
        assert await memory.facts() == ("Hates tea", "Lives in Berlin")
        states = [(fact.text, fact.state) for fact in await memory.history()]
        assert states == [
            ("Loves tea", "corrected"), ("Lives in Paris", "corrected"), ("Hates tea", "active"),
            ("Lives in Berlin", "active"),
        ]  # fmt: skip
    async with database.transaction(SERVICE) as transaction:
        linked = await transaction.fetch(
            "SELECT old.content AS old, new.content AS new FROM memory_facts old "
            "JOIN memory_facts new ON new.id = old.superseded_by ORDER BY old.created_at"
        )
    assert [(row["old"], row["new"]) for row in linked] == [
        ("Loves tea", "Hates tea"), ("Lives in Paris", "Lives in Berlin"),
    ]  # fmt: skip


async def test_a_withdrawn_fact_no_longer_holds(database: DatabaseModule) -> None:
    """It stays in the history, and can be told again."""
    async with running_memory(database) as memory:
        await memory.learn("I live in Paris", "I no longer live in Rome")
        assert await memory.facts() == ("Lives in Paris",)
        await memory.learn("I no longer live in Paris")
        assert await memory.facts() == ()
        await memory.learn("I live in Paris")
        assert [fact.state for fact in await memory.history()] == ["withdrawn", "active"]


async def test_forgetting_overwrites_and_the_row_stays(database: DatabaseModule) -> None:
    """Content, subject and history are gone from the table, not only from sight; others keep theirs."""
    async with running_memory(database) as memory:
        await memory.learn("I love tea", "I hate tea", "I live in Paris")
        await memory.learn("I love tea", device="another")
        gone = await memory.module.process(Forget(hardware_id=DEVICE, about="that I like tea"))
        assert [(fact.text, fact.state) for fact in gone] == [("Loves tea", "corrected"), ("Hates tea", "active")]
        assert await memory.facts() == ("Lives in Paris",)
        assert await memory.short_term() == ""
        assert await memory.module.process(Forget(hardware_id=DEVICE, about="coffee")) == []
        assert [fact.text for fact in await memory.module.process(Forget(hardware_id=DEVICE))] == ["Lives in Paris"]
        assert [fact.state for fact in await memory.history()] == ["forgotten"] * 3
        assert await memory.facts("another") == ("Loves tea",)
    async with database.transaction(SERVICE) as transaction:
        rows = await transaction.fetch("SELECT content, subject FROM memory_facts WHERE state = 'forgotten'")
        talks = await transaction.fetch("SELECT content FROM memory_short_term ORDER BY content NULLS LAST")
    assert [(row["content"], row["subject"]) for row in rows] == [(None, None)] * 3
    assert [bool(row["content"]) for row in talks] == [True, False]


async def test_a_named_fact_goes_with_what_it_corrected(database: DatabaseModule) -> None:
    """The older word for the same thing says as much; a stranger's number and another fact change nothing."""
    async with running_memory(database) as memory:
        await memory.learn("I live in Paris", "I moved to Berlin", "I like tea")
        berlin = next(fact.fact_id for fact in await memory.history() if fact.text == "Lives in Berlin")
        assert await memory.module.process(Forget(hardware_id=DEVICE, fact_ids=("no such",))) == []
        assert await memory.module.process(Forget(hardware_id="another", fact_ids=(berlin,))) == ()
        gone = await memory.module.process(Forget(hardware_id=DEVICE, fact_ids=(berlin,)))
        assert [fact.text for fact in gone] == ["Lives in Paris", "Lives in Berlin"]
        assert await memory.facts() == ("Likes tea",)


async def test_a_device_is_known_once_something_was_learnt(database: DatabaseModule) -> None:
    """So that a wrong name can be told from one that nothing is remembered of."""
    async with running_memory(database) as memory:
        assert not await memory.module.process(KnowsDevice(hardware_id=DEVICE))
        await memory.learn("hello")
        assert await memory.module.process(KnowsDevice(hardware_id=DEVICE))


async def test_what_is_foreseen_is_what_is_learnt(database: DatabaseModule) -> None:
    """The promise and the memory come from the same rules, of two contradictory words the last one holds."""
    async with running_memory(database) as memory:
        for said in ("My name is Anna. I like tea.", "Remember that the key is under the mat", "What time is it?",
                     "I live in Paris. No, I live in Rome.", "Запомни, что мою дочь зовут Мия"):  # fmt: skip
            before = set(await memory.facts())
            promised = await memory.module.process(Foresee(prompt=said))
            await memory.learn(said)
            assert set(promised.keeps) == set(await memory.facts()) - before
        assert "Lives in Rome" in await memory.facts()
        secret = await memory.module.process(Foresee(prompt="Remember that my password is hunter2"))
        assert secret == Foreseen(keeps=[], private=True)


async def test_forgetting_wins_over_an_analysis_under_way(database: DatabaseModule) -> None:
    """What was told before the order does not come back after it."""
    gate, asked = asyncio.Event(), asyncio.Event()

    class Slow(ScriptedAnalyst):
        async def process(self, request: Request[R]) -> R:
            asked.set()
            await gate.wait()
            return await super().process(request)

    async with running_memory(database, ai_router=Slow(lambda _: "[]")) as memory:
        learning = asyncio.ensure_future(memory.learn("My name is Anna"))
        await asked.wait()
        await memory.module.process(Forget(hardware_id=DEVICE))
        gate.set()
        assert await learning == 0
        assert await memory.facts() == ()
        assert await memory.short_term() == ""


async def test_turns_at_the_same_time_leave_one_fact_of_a_subject(database: DatabaseModule) -> None:
    """Two servers and many turns of one person never break the rule, and lose nothing."""
    async with running_memory(database) as one, running_memory(database) as other:
        cities = ["Paris", "Rome", "Berlin", "Oslo", "Riga", "Lyon"]
        await asyncio.gather(*(
            memory.learn(f"I live in {city}", f"I like {city.lower()} bread")
            for memory, city in zip([one, other] * 3, cities, strict=True)
        ))  # fmt: skip
        facts = await one.facts()
        assert len([fact for fact in facts if fact.startswith("Lives in")]) == 1
        assert len([fact for fact in facts if "bread" in fact]) == len(cities)
        assert len(await one.history()) == 2 * len(cities)


async def test_the_talk_fades_after_two_quiet_hours(database: DatabaseModule) -> None:
    """The last exchanges are told until then, facts for ever; a new talk begins empty."""
    async with running_memory(database) as memory:
        await memory.learn("I like tea")
        memory.clock.advance(7199)
        assert await memory.short_term() == "I like tea → Fine."
        memory.clock.advance(2)
        assert await memory.short_term() == ""
        assert await memory.facts() == ("Likes tea",)
        await memory.learn("Good morning")
        assert await memory.short_term() == "Good morning → Fine."


async def test_a_secret_is_stored_nowhere(database: DatabaseModule) -> None:
    """Neither as a fact nor as talk, not even when a model insists."""
    analyst = ScriptedAnalyst(
        lambda asked: ops(("add", "wifi", "My wifi word is Xk9!fooBAR22"), ("add", "pin", "PIN 4821"))
    )
    async with running_memory(database, ai_router=analyst) as memory:
        await memory.learn("Remember that my password is hunter2", "my wifi word is Xk9!fooBAR22", "My PIN is 4821")
        assert await memory.facts() == ()
        assert await memory.short_term() == ""
    async with database.transaction(SERVICE) as transaction:
        assert await transaction.fetch("SELECT 1 FROM memory_facts") == []


async def test_a_models_cost_reaches_the_ledger_once(database: DatabaseModule) -> None:
    """As memory_analyzer, by turn and provider request; a ledger that refuses keeps nothing from being learnt."""
    for ledger in (Keeper(), Keeper(Unavailable("full"))):
        analyst = ScriptedAnalyst(lambda _: "[]")
        async with running_memory(database, ai_router=analyst, token_usage=ledger) as memory:
            await memory.module.process(turn("My knee hurts. I like tea."))
            assert await memory.facts() == ("Likes tea",)
        rows = [asked for asked in ledger.asked if isinstance(asked, RecordUsage)]
        assert [(row.key, row.report.source, row.report.input_tokens) for row in rows] in (
            [], [(":memory:r1", "memory_analyzer", 10)],
        )  # fmt: skip
        assert rows or ledger.refusal


async def test_row_level_security_keeps_persons_apart(database: DatabaseModule) -> None:
    """Even a query without a condition sees one person's facts only."""
    async with running_memory(database) as memory:
        await memory.learn("I like tea")
        await memory.learn("I like milk", device="another")
    async with database.transaction(SERVICE) as transaction:
        persons = [str(row["id"]) for row in await transaction.fetch("SELECT id FROM users")]
    for person in persons:
        async with database.transaction(Claims(user_id=person)) as transaction:
            assert len(await transaction.fetch("SELECT content FROM memory_facts")) == 1


FACTS = ("Name: Anna", "Lives in Paris", "Daughter's name: Mia", "Allergic to nuts", "My car is red")
TOLD = "My name is Anna. I live in Paris. My daughter's name is Mia. I'm allergic to nuts. Remember that my car is red."
ORDINARY = (
    "What time is it?", "Open Safari", "Tell me about Paris", "I am tired", "What should I cook today?", "Thank you",
    "Is my daughter's name hard to spell?", "Who was Anna Karenina?", "I do not understand", "No, not that one",
    "Play something by Mia", "I went to the park", "Why are nuts healthy?", "Never mind", "Read it again",
    "Какая погода?", "Я устала", "Не надо", "Нет, не так", "Расскажи сказку", "My head is spinning", "I don't know",
    "Forget it", "That is wrong", "Stop", "My phone is dead", "I left the office", "We had a red wine", "Quit the app",
)  # fmt: skip


def hostile(asked: dict[str, object]) -> str:
    """A model that tries to erase, to overwrite with her own words, or answers rubbish."""
    known, said = asked["known"], str(asked["person"])
    assert isinstance(known, list)
    chance = random.Random(said)
    attacks = [
        ops(*(("withdraw", fact["subject"], "") for fact in known)),
        ops(*(("correct", fact["subject"], said) for fact in known)),
        ops(*(("correct", fact["subject"], "") for fact in known)),
        ops(*(("add", fact["subject"], "gone") for fact in known)),
        "[" + ops(("withdraw", "name", "")),
        "DELETE FROM memory_facts;",
    ]
    return chance.choice(attacks)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("with_model", [False, True], ids=["rules", "hostile model"])
async def test_a_thousand_ordinary_turns_lose_no_fact(database: DatabaseModule, *, with_model: bool) -> None:
    """Whatever is said in passing and whatever a model makes of it, what she told stays as she told it."""
    peers = {"ai_router": ScriptedAnalyst(hostile)} if with_model else {}
    async with running_memory(database, **peers) as memory:
        await memory.learn(TOLD)
        assert set(await memory.facts()) == set(FACTS)
        chance = random.Random(7)
        for number in range(1000):
            await memory.learn(chance.choice(ORDINARY))
            if number % 100 == 99:
                assert set(FACTS) <= set(await memory.facts())
        states = {fact.text: fact.state for fact in await memory.history() if fact.text in FACTS}
        assert states == dict.fromkeys(FACTS, "active")


async def test_without_a_database_there_is_no_memory() -> None:
    """The module does not start, and a stopped one says so."""
    module = MemoryManagementModule()
    with pytest.raises(Unavailable):
        await module.initialize(None, FakePeers())  # type: ignore[arg-type]
    with pytest.raises(Unavailable, match="not running"):
        await module.process(Recall(hardware_id=DEVICE))


async def test_a_memory_is_empty_text_until_something_is_known(database: DatabaseModule) -> None:
    """Nothing is put into a prompt for a stranger."""
    async with running_memory(database) as memory:
        assert await memory.module.process(Recall(hardware_id=DEVICE)) == MemoryContext()


async def test_what_many_teach_at_once_is_written_together_and_kept_apart(database: DatabaseModule) -> None:
    """One transaction for all of them, and nobody is told what another said; the reply is what is stored."""
    async with running_memory(database, MemoryConfig(learn_pause_seconds=0.05)) as memory:
        devices = [f"device {number}" for number in range(30)]
        await memory.learn("I like milk", device="first")
        replies = await asyncio.gather(*(
            memory.module.process(turn(f"My name is {'Anna' * (n + 1)}. I like tea.", device=device))
            for n, device in enumerate(devices)
        ))  # fmt: skip
        for number, (device, reply) in enumerate(zip(devices, replies, strict=True)):
            assert reply.changes == 2
            assert reply.memory == await memory.module.process(Recall(hardware_id=device))
            assert await memory.facts(device) == (f"Name: {'Anna' * (number + 1)}", "Likes tea")
        assert await memory.facts("first") == ("Likes milk",)
    async with database.transaction(SERVICE) as transaction:
        stored = await transaction.fetch("SELECT count(DISTINCT xmin::text) AS writes FROM memory_short_term")
    assert int(str(stored[0]["writes"])) <= 3


async def test_two_turns_of_one_round_follow_one_another(database: DatabaseModule) -> None:
    """Two turns of one person at once: the later corrects the earlier, and both stay in the history."""
    async with running_memory(database, MemoryConfig(learn_pause_seconds=0.05)) as memory:
        await memory.learn("I like milk")
        await asyncio.gather(*(memory.learn(f"I live in {city}") for city in ("Paris", "Rome")))
        assert await memory.facts() == ("Likes milk", "Lives in Rome")
        assert await memory.short_term() == "\n".join(
            f"{said} → Fine." for said in ("I like milk", "I live in Paris", "I live in Rome")
        )
        assert [fact.state for fact in await memory.history()] == ["active", "corrected", "active"]


async def test_forgetting_waits_for_what_is_being_written(database: DatabaseModule) -> None:
    """Even a person who is only now made keeps nothing of what she told before the order."""
    async with running_memory(database) as memory:
        learning = asyncio.ensure_future(memory.learn("My name is Anna"))
        for _ in range(20):
            await asyncio.sleep(0)
        learning.cancel()
        await memory.module.process(Forget(hardware_id=DEVICE))
        await asyncio.wait((learning,))
        assert await memory.facts() == ()
        assert await memory.short_term() == ""
