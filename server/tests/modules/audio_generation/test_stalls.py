"""Which stalled reader loses its worker."""

import asyncio
from typing import cast

import pytest

from nexy.modules.audio_generation.stalls import CalledOff, Loan, Stalls
from nexy.modules.audio_generation.worker_process import SpeechWorker


class Desk:
    """So many workers are missing; those that are called off are noted."""

    def __init__(self, missing: int = 0) -> None:
        self.missing = missing
        self.freed: list[str] = []
        self.stalls = Stalls(lambda: self.missing, self._free)

    def _free(self, worker: SpeechWorker) -> None:
        self.missing -= 1
        self.freed.append(cast(str, worker))

    async def stall(self, name: str, until: asyncio.Event) -> str:
        """Offer a chunk to a reader who comes back at `until`."""
        try:
            with self.stalls.offering(Loan(worker=cast(SpeechWorker, name))):
                await until.wait()
        except CalledOff:
            return "called off"
        return "kept"


async def _stalled(desk: Desk, names: str, missing: int) -> list[str]:
    """What becomes of stalled loans when so many workers are missed."""
    until = asyncio.Event()

    async def want() -> None:
        desk.missing += missing
        desk.stalls.relieve()
        until.set()

    *ends, _ = await asyncio.gather(*(desk.stall(name, until) for name in names), want())
    return cast(list[str], ends)


async def test_nobody_is_called_off_while_nobody_wants() -> None:
    """A stalled loan outlasts its stall when no worker is missing."""
    desk = Desk()
    assert await _stalled(desk, "ab", 0) == ["kept", "kept"]
    assert not desk.freed


async def test_the_longest_stalled_goes_first_and_no_more_than_needed() -> None:
    """As many as are missing lose their worker, in the order in which they stopped."""
    desk = Desk()
    assert await _stalled(desk, "abc", 2) == ["called off", "called off", "kept"]
    assert desk.freed == ["a", "b"]


async def test_a_reader_who_takes_at_once_is_never_called_off() -> None:
    """Handing a chunk over to a reader who waits for it is no stall, however many want the worker."""
    desk = Desk(missing=3)
    loan = Loan(worker=cast(SpeechWorker, "a"))
    for _chunk in range(5):
        with desk.stalls.offering(loan):
            pass
        await asyncio.sleep(0)
    assert not loan.called_off
    assert not desk.freed


async def test_who_stops_while_others_already_wait_is_called_off() -> None:
    """Nobody has to ask again: a stall that begins later is found by those who wait."""
    desk = Desk(missing=1)
    until = asyncio.Event()
    asyncio.get_running_loop().call_later(0, until.set)
    assert await desk.stall("a", until) == "called off"


async def test_a_reader_who_leaves_is_forgotten() -> None:
    """A stall that ends by closing is not called off afterwards."""
    desk = Desk()
    with pytest.raises(GeneratorExit), desk.stalls.offering(Loan(worker=cast(SpeechWorker, "a"))):
        raise GeneratorExit
    desk.missing = 1
    desk.stalls.relieve()
    assert not desk.freed
