"""The module between its outbox and those who ask it to keep a turn."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from nexy.config.history_section import HistoryConfig, HistorySection
from nexy.contracts.errors import Unavailable
from nexy.contracts.history import FinishedTurn, KeepTurn, TurnOutcome
from nexy.contracts.module import ModuleState
from nexy.contracts.turn import Screenshot
from nexy.modules.history.entries import KIND, RunMark, entry_of
from nexy.modules.history.module import HistoryModule
from nexy.utils.clock import SystemClock
from support.kept import Keeper
from support.peers import FakePeers

TURN = FinishedTurn(
    turn_id="0b9d6f5a-54c5-4a53-9a3a-6f3a2f0c9b11",
    hardware_id="mac",
    session_id="S",
    prompt="hello",
    answer="Hi.",
    outcome=TurnOutcome.COMPLETE,
    screenshot=Screenshot(data="AAAA"),
)


@asynccontextmanager
async def running(home: Path, outbox: Keeper) -> AsyncIterator[HistoryModule]:
    module = HistoryModule()
    section = HistorySection(home=str(home), config=HistoryConfig())
    try:
        await module.initialize(section, FakePeers(outbox=outbox, clock=SystemClock()))
        yield module
    finally:
        await module.cleanup()


def marks(outbox: Keeper) -> list[RunMark]:
    return [entry.run.mark for entry in map(entry_of, outbox.records) if entry.run]


async def test_a_run_begins_and_ends_in_the_outbox(tmp_path: Path) -> None:
    """Its start calls what was active abandoned, its end calls what is active ended; the writer is registered."""
    outbox = Keeper()
    async with running(tmp_path, outbox):
        assert list(outbox.appliers) == [KIND]
        assert marks(outbox) == [RunMark.ABANDONED]
    assert marks(outbox) == [RunMark.ABANDONED, RunMark.ENDED]
    assert outbox.durable == [False, True]


async def test_a_home_has_one_name_for_ever(tmp_path: Path) -> None:
    """The next run of the same home closes the sessions of this one; another home has another name."""
    outbox, other = Keeper(), Keeper()
    for _ in range(2):
        async with running(tmp_path / "a", outbox):
            pass
    async with running(tmp_path / "b", other):
        pass
    names = [{entry.run.server for entry in map(entry_of, kept.records) if entry.run} for kept in (outbox, other)]
    assert [len(name) for name in names] == [1, 1]
    assert names[0] != names[1]


@pytest.mark.parametrize("durable", [True, False])
async def test_a_turn_goes_to_the_outbox_with_a_reference_to_its_picture(tmp_path: Path, durable: bool) -> None:
    """The bytes lie in the home, the record only names them; who asks decides whether to wait for the disk."""
    outbox = Keeper()
    async with running(tmp_path, outbox) as module:
        await module.process(KeepTurn(turn=TURN, durable=durable))
        entry = entry_of(outbox.records[-1]).turn
        assert entry is not None
        assert entry.picture is not None
        assert (tmp_path / entry.picture.path).exists()
        assert outbox.durable[-1] is durable


async def test_an_outbox_that_refuses_is_told_and_named(tmp_path: Path) -> None:
    """The caller hears it, the status says it until something can be kept again."""
    outbox = Keeper()
    async with running(tmp_path, outbox) as module:
        outbox.refusal = Unavailable("disk full")
        with pytest.raises(Unavailable):
            await module.process(KeepTurn(turn=TURN))
        assert module.status().state is ModuleState.DEGRADED
        assert "disk full" in module.status().detail
        outbox.refusal = None
        await module.process(KeepTurn(turn=TURN))
        assert module.status().state is ModuleState.RUNNING


async def test_it_stops_well_without_an_outbox(tmp_path: Path) -> None:
    """The end of the run cannot be written: the next start will say it."""
    outbox = Keeper()
    async with running(tmp_path, outbox) as module:
        outbox.refusal = Unavailable("gone")
    assert module.status().state is ModuleState.STOPPED


async def test_it_runs_while_the_database_is_away(tmp_path: Path) -> None:
    """A sweep that cannot be made is no reason not to keep turns."""
    outbox = Keeper()
    async with running(tmp_path, outbox) as module:
        await asyncio.sleep(0)
        await module.process(KeepTurn(turn=TURN))
        assert module.status().state is ModuleState.RUNNING
