"""What remains of a turn, however it ends: what was sent, and how it ended."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from nexy.contracts.capabilities import HISTORY, USAGE
from nexy.contracts.errors import BudgetExhausted, CancelledByUser, Unavailable, ValidationFailed
from nexy.contracts.history import FinishedTurn, TurnOutcome
from nexy.contracts.turn import EndEvent, Screenshot, TextEvent, VoiceEvent, VoiceRequest
from nexy.contracts.usage import CheckBudget, RecordUsage, ReleaseBudget
from nexy.contracts.words import WordsBegun, WordsUsage
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.workflows.journal import Journal
from nexy.workflows.turn import Turn
from support.kept import Keeper
from support.virtual_time import run_virtual
from support.voice_parts import Setting, Step, VoiceParts, voice_parts

SESSION = "6f9619ff-8b86-4d11-b42d-00c04fc964ff"
OPEN_SAFARI = '{"session_id": "x", "command": "open_app", "args": {"app_name": "Safari"}, "text": "Opening Safari."}'
SPENT = WordsUsage(provider="openai", model="gpt", input_tokens=7, output_tokens=3, request_id="req-1")


def ask(prompt: str = "hello") -> VoiceRequest:
    return VoiceRequest(hardware_id="mac", session_id=SESSION, prompt=prompt, screenshot=Screenshot(data="AAAA"))


def with_(history: Keeper | None = None, usage: Keeper | None = None) -> Setting:
    parts = {HISTORY: history, USAGE: usage}
    return Setting(extra={name: part for name, part in parts.items() if part is not None})


@dataclass(slots=True)
class Listener:
    """Hears one turn; `words` is set by the first words that begin with `stop_at`, where it stops reading."""

    heard: list[VoiceEvent] = field(default_factory=list)
    words: asyncio.Event = field(default_factory=asyncio.Event)

    async def hear(self, parts: VoiceParts, stop_at: str = "") -> None:
        async with parts.integration.reply(ask()) as events:
            async for event in events:
                self.heard.append(event)
                if isinstance(event, TextEvent) and event.text.startswith(stop_at):
                    self.words.set()
                    if stop_at:
                        await asyncio.Event().wait()

    @property
    def ended(self) -> bool:
        return any(isinstance(event, EndEvent) for event in self.heard)

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.heard if isinstance(event, TextEvent))


async def only_turn(parts: VoiceParts, history: Keeper) -> FinishedTurn:
    """The one turn that was kept, once the journal has come to rest."""
    await parts.journal.cleanup()
    assert len(history.turns) == 1
    return history.turns[0]


async def test_a_whole_turn_is_kept_before_its_end_is_said(tmp_path: Path) -> None:
    """When end_message comes, the turn with its words, action and picture lies on the disk."""
    history = Keeper()
    async with voice_parts(tmp_path, [OPEN_SAFARI], with_(history)) as parts:
        async with parts.integration.reply(ask()) as events:
            async for event in events:
                assert bool(history.turns) == isinstance(event, EndEvent)
        turn = await only_turn(parts, history)
        assert (turn.prompt, turn.answer, turn.outcome) == ("hello", "Opening Safari.", TurnOutcome.COMPLETE)
        assert turn.action["command"] == "open_app"
        assert turn.screenshot == Screenshot(data="AAAA")
        assert turn.first_sound_ms is not None
        assert history.durable == [True]


async def test_an_interrupted_turn_keeps_what_was_sent(tmp_path: Path) -> None:
    """Words that the model wrote behind the interrupt, and an event still being sent, are not part of it."""
    history = Keeper()
    async with voice_parts(tmp_path, ["First. ", "Second. ", asyncio.Event()], with_(history)) as parts:
        listener = Listener()
        turn = asyncio.ensure_future(listener.hear(parts, stop_at="Second"))
        await listener.words.wait()
        await parts.interrupts.interrupt("mac")
        with pytest.raises(CancelledByUser):
            await turn
        kept = await only_turn(parts, history)
        assert (kept.answer, kept.outcome) == ("First. ", TurnOutcome.INTERRUPTED)
        assert history.durable == [False]


async def test_a_client_that_left_is_kept_as_disconnected(tmp_path: Path) -> None:
    """Cancelling the call is no interrupt, and what was sent is kept all the same."""
    history = Keeper()
    async with voice_parts(tmp_path, ["First. ", "Second. ", asyncio.Event()], with_(history)) as parts:
        listener = Listener()
        turn = asyncio.ensure_future(listener.hear(parts, stop_at="Second"))
        await listener.words.wait()
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
        kept = await only_turn(parts, history)
        assert (kept.answer, kept.outcome) == ("First. ", TurnOutcome.DISCONNECTED)


@pytest.mark.parametrize(
    ("steps", "answer", "outcome"),
    [
        (["Said. ", "And ", Unavailable("died")], "Said. ", TurnOutcome.TRUNCATED),
        ([Unavailable("down")], "", TurnOutcome.FAILED),
        ([""], "", TurnOutcome.FAILED),
    ],
)
async def test_a_failure_is_truncated_after_words_and_failed_before(
    tmp_path: Path, steps: list[Step], answer: str, outcome: TurnOutcome
) -> None:
    """A model that dies midway leaves its words behind; one that never spoke leaves the question."""
    history = Keeper()
    async with voice_parts(tmp_path, steps, with_(history)) as parts:
        with pytest.raises(Unavailable):
            await Listener().hear(parts)
        kept = await only_turn(parts, history)
        assert kept.answer.startswith(answer)
        assert (bool(kept.answer), kept.outcome) == (bool(answer), outcome)


async def test_what_was_refused_before_it_began_is_no_turn(tmp_path: Path) -> None:
    """A spent budget refuses before the model is asked, and nothing is kept."""
    history, usage = Keeper(), Keeper(refusal=BudgetExhausted("the day is spent"))
    async with voice_parts(tmp_path, setting=with_(history, usage)) as parts:
        with pytest.raises(BudgetExhausted):
            await Listener().hear(parts)
        await parts.journal.cleanup()
        assert history.turns == []
        assert parts.script.prompts == []


async def test_the_end_comes_even_when_nothing_can_be_kept(tmp_path: Path) -> None:
    """A full disk ends no turn: the person hears everything, and the loss is counted."""
    history = Keeper(refusal=Unavailable("disk full"))
    async with voice_parts(tmp_path, setting=with_(history)) as parts:
        listener = Listener()
        await listener.hear(parts)
        assert listener.ended
        assert parts.journal.unkept == 1


async def test_words_do_not_wait_for_what_is_kept(tmp_path: Path) -> None:
    """While history hangs every word and sound has left; only the end waits."""
    history = Keeper(gate=asyncio.Event())
    async with voice_parts(tmp_path, ["One. Two. "], with_(history)) as parts:
        listener = Listener()
        turn = asyncio.ensure_future(listener.hear(parts))
        await history.reached.wait()
        assert (listener.text, listener.ended) == ("One. Two. ", False)
        history.open()
        await turn
        assert listener.ended


async def test_an_interrupt_while_the_end_is_kept_marks_the_turn(tmp_path: Path) -> None:
    """The keeping goes on, and a second telling says that the end never left."""
    history, usage = Keeper(gate=asyncio.Event()), Keeper()
    async with voice_parts(tmp_path, setting=with_(history, usage)) as parts:
        turn = asyncio.ensure_future(Listener().hear(parts))
        await history.reached.wait()
        await parts.interrupts.interrupt("mac")
        with pytest.raises(CancelledByUser):
            await turn
        history.open()
        await parts.journal.cleanup()
        told = {kept.outcome: kept.screenshot is None for kept in history.turns}
        assert told == {TurnOutcome.COMPLETE: False, TurnOutcome.INTERRUPTED: True}
        assert len({kept.turn_id for kept in history.turns}) == 1


def test_a_ledger_that_hangs_holds_the_end_no_longer_than_the_patience() -> None:
    """After the configured time the turn ends, and it is counted as not kept in time."""

    async def scenario() -> None:
        coordinator = ModuleCoordinator()
        coordinator.register(HISTORY, Keeper(gate=asyncio.Event()))
        await coordinator.initialize(lambda _: None)
        journal = Journal(coordinator, patience_seconds=2.0)
        began = asyncio.get_running_loop().time()
        await journal.keep(Turn(hardware_id="mac", session_id=SESSION, prompt="hello"))
        assert asyncio.get_running_loop().time() - began == pytest.approx(2.0)
        assert journal.unkept == 1
        await journal.cleanup()

    run_virtual(scenario())


async def test_usage_is_kept_once_under_the_turn_and_the_request() -> None:
    """Every call of a model is one row; a name that is too long is shortened, a missing one is numbered."""
    coordinator, usage = ModuleCoordinator(), Keeper()
    coordinator.register(USAGE, usage)
    await coordinator.initialize(lambda _: None)
    journal = Journal(coordinator)
    turn = Turn(hardware_id="mac", session_id=SESSION, prompt="hello")
    unnamed = WordsUsage(provider="ollama", model="m", input_tokens=1, output_tokens=1)
    endless = WordsUsage(provider="x", model="m", input_tokens=1, output_tokens=1, request_id="r" * 1000)
    for used in (SPENT, unnamed, unnamed, endless):
        turn.meter.note(used)
    await journal.keep(turn)
    await journal.keep(turn)
    keys = [row.key.removeprefix(turn.turn_id) for row in usage.rows]
    assert keys[:3] == [":req-1", ":ollama:1", ":ollama:2"]
    assert len(usage.rows) == 4
    assert all(len(row.key) <= 300 for row in usage.rows)
    first = usage.rows[0]
    assert (first.provider, first.report.model, first.report.source) == ("openai", "gpt", "main_llm")
    assert (first.report.input_tokens, first.report.output_tokens) == (7, 3)
    await journal.cleanup()


async def test_without_history_and_ledger_a_turn_is_as_before(tmp_path: Path) -> None:
    """The optional parts are missing: nothing is kept, nothing is missed."""
    async with voice_parts(tmp_path) as parts:
        listener = Listener()
        await listener.hear(parts)
        assert listener.ended
        assert parts.journal.unkept == 0


async def test_what_a_cut_answer_cost_is_kept_as_a_guess_and_its_budget_let_go(tmp_path: Path) -> None:
    """The provider never counted; the row is marked, and only then the turn holds nothing any more."""
    usage = Keeper()
    begun = WordsBegun(provider="openai", model="gpt", asked=("s" * 400, "hello"))
    async with voice_parts(tmp_path, [begun, "First. ", "Second. ", asyncio.Event()], with_(usage=usage)) as parts:
        listener = Listener()
        turn = asyncio.ensure_future(listener.hear(parts, stop_at="Second"))
        await listener.words.wait()
        await parts.interrupts.interrupt("mac")
        with pytest.raises(CancelledByUser):
            await turn
        await parts.journal.cleanup()
        checked, row, released = usage.asked
        assert isinstance(checked, CheckBudget)
        assert isinstance(row, RecordUsage)
        assert (row.estimated, row.report.input_tokens > 100, row.report.output_tokens) == (True, True, 4)
        assert released == ReleaseBudget(turn_id=checked.turn_id)


async def test_a_turn_refused_before_it_began_lets_its_budget_go(tmp_path: Path) -> None:
    """A blank prompt passes the check of the budget and then costs nothing."""
    usage = Keeper()
    async with voice_parts(tmp_path, setting=with_(usage=usage)) as parts:
        with pytest.raises(ValidationFailed):
            async with parts.integration.reply(ask("   ")) as events:
                await anext(events)
        await parts.journal.cleanup()
    assert [type(request) for request in usage.asked] == [CheckBudget, ReleaseBudget]
