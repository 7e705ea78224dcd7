"""What each account (a person, or a payer that is nobody's) has spent in its day, week and month, in memory."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice

from nexy.contracts.clock import Clock
from nexy.contracts.errors import BudgetExhausted
from nexy.modules.token_usage.limits import Limit
from nexy.modules.token_usage.periods import Period, day_of, end_of, midnight, start_of

_A_TURN_SECONDS = 5.0
# Of so many that were seen longest ago, the one that spent least is forgotten.
_STALE = 16


@dataclass(slots=True)
class Spent:
    """What an account spent in the period that starts on `starts_on`; unpriced calls add tokens only."""

    starts_on: date
    tokens: int = 0
    usd: Decimal = Decimal(0)


@dataclass(slots=True)
class Held:
    """What is reserved for the running turns of one device."""

    turns: dict[str, Limit] = field(default_factory=dict)
    tokens: int = 0
    usd: Decimal = Decimal(0)


class Budgets:
    """Answers without waiting; beyond `max_devices` accounts, of those seen longest ago one that spent little goes.

    A device that stays below its limits with everything that is held for it may begin one more turn: so where no turn
    spends more than was held for it, they end over a limit by less than one turn.
    """

    def __init__(self, limits: Mapping[Period, Limit], clock: Clock, max_devices: int, max_running: int) -> None:
        self._limits = limits
        self._clock = clock
        self._max_devices = max_devices
        self._max_running = max_running
        self._spent: OrderedDict[str, dict[Period, Spent]] = OrderedDict()
        self._running: OrderedDict[str, str] = OrderedDict()
        self._held: dict[str, Held] = {}

    @property
    def on(self) -> bool:
        """Whether any limit is set for everybody."""
        return bool(self._limits)

    def check(self, device: str, limits: Mapping[Period, Limit] | None = None) -> None:
        """Raise `BudgetExhausted` where a period is spent; the request that crosses the line is the last.

        `limits` are those of an account that has its own.
        """
        today = day_of(self._clock.now())
        held = self._held.get(device)
        for period, limit in (self._limits if limits is None else limits).items():
            spent = self._seen(device, period, today)
            if told := _reached(limit, spent.tokens, spent.usd):
                raise self._exhausted(period, today, told)
            if held is not None and (told := _reached(limit, spent.tokens + held.tokens, spent.usd + held.usd)):
                raise _in_use(period, told)

    def hold(self, device: str, turn: str, amount: Limit) -> None:
        """Count a turn that begins now as this amount; beyond `max_running` turns the oldest is forgotten."""
        self.release(turn)
        held = self._held.setdefault(device, Held())
        self._running[turn] = device
        held.turns[turn] = amount
        held.tokens += amount.tokens
        held.usd += amount.usd
        if len(self._running) > self._max_running:
            self.release(next(iter(self._running)))

    def release(self, turn: str) -> None:
        """What the turn spent is known, or it spent nothing."""
        device = self._running.pop(turn, None)
        if device is None:
            return
        held = self._held[device]
        amount = held.turns.pop(turn)
        held.tokens -= amount.tokens
        held.usd -= amount.usd
        if not held.turns:
            del self._held[device]

    def add(self, device: str, tokens: int, usd: Decimal | None) -> None:
        """Count a call that was made now."""
        today = day_of(self._clock.now())
        for period in Period:
            self._count(device, period, start_of(period, today), tokens, usd or Decimal(0))

    def load(self, device: str, period: Period, starts_on: date, tokens: int, usd: Decimal) -> None:
        """Count what was spent before this process began; a period that is over by now is left out."""
        self._count(device, period, starts_on, tokens, usd)

    def join(self, device: str, person: str) -> None:
        """What was counted for the one counts for the other; nothing where nothing was."""
        for period, spent in self._spent.pop(device, {}).items():
            self._count(person, period, spent.starts_on, spent.tokens, spent.usd)

    def _count(self, device: str, period: Period, starts_on: date, tokens: int, usd: Decimal) -> None:
        spent = self._of(device, period, day_of(self._clock.now()))
        if spent.starts_on == starts_on:
            spent.tokens += tokens
            spent.usd += usd

    def _seen(self, device: str, period: Period, today: date) -> Spent:
        """What is known; asking alone does not make an account, or invented names would push the others out."""
        if device in self._spent:
            self._spent.move_to_end(device)
        spent, starts_on = self._spent.get(device, {}).get(period), start_of(period, today)
        return spent if spent is not None and spent.starts_on == starts_on else Spent(starts_on)

    def _of(self, device: str, period: Period, today: date) -> Spent:
        spent = self._seen(device, period, today)
        if device not in self._spent and len(self._spent) >= self._max_devices:
            stale = islice(self._spent, _STALE)
            del self._spent[min(stale, key=lambda account: self._weight(account, today))]
        self._spent.setdefault(device, {})[period] = spent
        return spent

    def _weight(self, device: str, today: date) -> int:
        """The most tokens of a period that is not over."""
        current = (spent.tokens for period, spent in self._spent[device].items()
                   if spent.starts_on == start_of(period, today))  # fmt: skip
        return max(current, default=0)

    def _exhausted(self, period: Period, today: date, limit: str) -> BudgetExhausted:
        ends = end_of(period, today)
        wait = (midnight(ends) - self._clock.now()).total_seconds()
        return BudgetExhausted(
            f"the budget of this {period} is spent ({limit}); the next {period} begins on {ends} at 00:00 UTC",
            code=f"budget_{period}",
            retry_after_seconds=max(wait, 1.0),
        )


def _reached(limit: Limit, tokens: int, usd: Decimal) -> str:
    """Which of the two limits is reached, for people; empty where none is."""
    if 0 < limit.tokens <= tokens:
        return f"{limit.tokens} tokens"
    return f"{limit.usd} USD" if 0 < limit.usd <= usd else ""


def _in_use(period: Period, limit: str) -> BudgetExhausted:
    return BudgetExhausted(
        f"what is running may spend the rest of this {period}'s budget ({limit}); ask again when it has ended",
        code=f"budget_{period}",
        retry_after_seconds=_A_TURN_SECONDS,
    )


def periods_now(clock: Clock) -> Sequence[tuple[Period, date]]:
    """Each period with the day on which the present one began."""
    today = day_of(clock.now())
    return [(period, start_of(period, today)) for period in Period]
