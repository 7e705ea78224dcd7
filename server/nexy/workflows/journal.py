"""What remains of a turn: its history and its usage, kept before the end is said and never in the way of words."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress

from nexy.contracts.capabilities import HISTORY, USAGE
from nexy.contracts.capability import Capability
from nexy.contracts.errors import CancelledByUser, NexyError
from nexy.contracts.history import KeepTurn, TurnOutcome
from nexy.contracts.module import UniversalModuleInterface
from nexy.contracts.request import Request
from nexy.contracts.usage import RecordUsage, ReleaseBudget, UsageReport, UsageSource
from nexy.contracts.words import WordsUsage
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.utils.supervisor import TaskSupervisor
from nexy.workflows.turn import Turn

PATIENCE_SECONDS = 2.0
_LAST_SECONDS = 0.7
_MOST_AT_ONCE = 1000
_LONGEST_REQUEST_ID = 200
_log = logging.getLogger("nexy.journal")


class Journal:
    """Keeps turns; `unkept` counts what could not be kept. Without history and ledger it keeps nothing."""

    def __init__(self, coordinator: ModuleCoordinator, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._coordinator = coordinator
        self._patience = patience_seconds
        self._supervisor = TaskSupervisor("journal")
        self.unkept = 0

    @asynccontextmanager
    async def turn(self, turn: Turn) -> AsyncGenerator[None, None]:
        """Whatever ends the block early is kept as the outcome, with what was sent until then."""
        outcome: TurnOutcome | None = None
        try:
            yield
            outcome = TurnOutcome.DISCONNECTED
        except CancelledByUser:
            outcome = TurnOutcome.INTERRUPTED
            raise
        except asyncio.CancelledError:
            outcome = TurnOutcome.DISCONNECTED
            raise
        finally:
            failure = TurnOutcome.TRUNCATED if turn.anything_sent else TurnOutcome.FAILED
            self._keep_cut(turn, outcome or failure)
            if not turn.kept:
                await self._release(turn.turn_id)

    async def keep(self, turn: Turn) -> None:
        """Return when the whole turn is durably kept, or when it could not be in time: words matter more.

        A cancellation while waiting ends the turn, not the keeping.
        """
        if turn.kept or not self._has_a_place:
            return
        keeping = self._begin(turn, TurnOutcome.COMPLETE, durable=True)
        if keeping is not None:
            _, late = await asyncio.wait((keeping,), timeout=self._patience)
            if late:
                self._tell("late")

    def _keep_cut(self, turn: Turn, outcome: TurnOutcome) -> None:
        """Keep without waiting: whoever ends the turn early cannot wait."""
        if turn.prompt and not turn.ended and self._has_a_place:
            self._begin(turn, outcome, durable=False)

    @property
    def _has_a_place(self) -> bool:
        return self._coordinator.has(HISTORY) or self._coordinator.has(USAGE)

    def _begin(self, turn: Turn, outcome: TurnOutcome, *, durable: bool) -> "asyncio.Task[None] | None":
        if self._supervisor.running >= _MOST_AT_ONCE:
            self._tell("too_many_waiting")
            return None
        history = KeepTurn(turn=turn.finished(outcome), durable=durable)
        # Usage is told once, however often the turn is.
        usage = () if turn.kept else tuple(_row(turn, number, used) for number, used in enumerate(turn.meter.calls))
        turn.kept = True
        return self._supervisor.spawn(self._keep(history, usage))

    async def _keep(self, history: KeepTurn, usage: Sequence[RecordUsage]) -> None:
        """All at once, so that they share one fsync; one that fails does not keep the others from it."""
        try:
            await asyncio.gather(self._try(HISTORY, history), *(self._try(USAGE, row) for row in usage))
        finally:
            await self._release(history.turn.turn_id)

    async def _release(self, turn_id: str) -> None:
        """What the turn held of its device's budget: from here on its rows count, or there will be none."""
        if self._coordinator.has(USAGE):
            with suppress(NexyError):
                await self._coordinator.get(USAGE).process(ReleaseBudget(turn_id=turn_id))

    async def _try(self, capability: Capability[UniversalModuleInterface], request: Request[None]) -> None:
        if not self._coordinator.has(capability):
            return
        try:
            await self._coordinator.get(capability).process(request)
        except NexyError as problem:
            self._tell(problem.code)

    def _tell(self, code: str) -> None:
        self.unkept += 1
        context = {"decision": "degrade", "ctx": {"code": code, "unkept": self.unkept}}
        _log.warning("a turn or its usage was not kept in time", extra=context)

    async def cleanup(self) -> None:
        """Let what is being kept come to its end, within what a stop may take."""
        await self._supervisor.finish(min(self._patience, _LAST_SECONDS))
        await self._supervisor.cleanup()


def _row(turn: Turn, number: int, used: WordsUsage) -> RecordUsage:
    report = UsageReport(
        hardware_id=turn.hardware_id,
        session_id=turn.session_id,
        source=UsageSource.MAIN_LLM,
        input_tokens=used.input_tokens,
        output_tokens=used.output_tokens,
        cache_read_tokens=used.cache_read_tokens,
        cache_write_tokens=used.cache_write_tokens,
        model=used.model,
    )
    return RecordUsage(key=f"{turn.turn_id}:{_request_name(number, used)}", report=report, provider=used.provider,
                       estimated=used.estimated)  # fmt: skip


def _request_name(number: int, used: WordsUsage) -> str:
    """The provider's own name of the request; one that gave none is called once per turn and place."""
    if len(used.request_id) > _LONGEST_REQUEST_ID:
        return hashlib.sha256(used.request_id.encode("utf-8", "replace")).hexdigest()
    return used.request_id or f"{used.provider}:{number}"
