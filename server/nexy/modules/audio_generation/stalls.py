"""Workers that stand still because somebody does not read."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from nexy.modules.audio_generation.worker_process import SpeechWorker


class CalledOff(Exception):
    """The reader did not read, so the worker went to another sentence; order the rest when it is wanted."""


@dataclass(slots=True, eq=False, kw_only=True)
class Loan:
    """One sentence's hold on a worker, until it is called off."""

    worker: SpeechWorker
    called_off: bool = False


class Stalls:
    """Which loans wait for their reader, the longest first.

    Others run only while a sentence is suspended, so whatever they find here is stalled in truth; no time is measured.
    `wanted` tells how many workers are missing, `call_off` frees one.
    """

    def __init__(self, wanted: Callable[[], int], call_off: Callable[[SpeechWorker], None]) -> None:
        self._wanted = wanted
        self._call_off = call_off
        self._stalled: dict[Loan, None] = {}

    @contextmanager
    def offering(self, loan: Loan) -> Iterator[None]:
        """Around handing a chunk to the reader; raises `CalledOff` when the loan did not outlast it."""
        self._stalled[loan] = None
        if self._wanted() > 0:
            self.relieve_soon()
        try:
            yield
        finally:
            self._stalled.pop(loan, None)
        if loan.called_off:
            raise CalledOff

    def relieve_soon(self) -> None:
        """Look after the present task has gone on as far as it can."""
        asyncio.get_running_loop().call_soon(self.relieve)

    def relieve(self) -> None:
        """Free as many stalled workers as are missing."""
        for loan in tuple(self._stalled)[: max(0, self._wanted())]:
            del self._stalled[loan]
            loan.called_off = True
            self._call_off(loan.worker)
