"""The usage ledger: what was spent, by whom, for what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from nexy.contracts.request import Request


class UsageSource(StrEnum):
    """Which part spent the tokens."""

    MAIN_LLM = "main_llm"
    MEMORY_ANALYZER = "memory_analyzer"
    BROWSER_AGENT = "browser_agent"
    CODE = "code"
    EMBEDDINGS = "embeddings"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReport:
    """Counts for one call of a model, by the device that made it; the cache's tokens are among those of the input."""

    hardware_id: str
    session_id: str
    source: str
    input_tokens: int
    output_tokens: int
    model: str
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageReceipt:
    """Whether the report is durably stored, and otherwise why not."""

    success: bool
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordUsage(Request[None]):
    """Keep one row durably; `key` (turn and provider request id) makes a repeat harmless.

    `estimated`: the provider did not count, the tokens are ours to guess.
    Raises `ValidationFailed` for negative or overflowing counts and `Unavailable` when it could not be kept.
    """

    key: str
    report: UsageReport
    provider: str = ""
    estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a call may use: tokens, and the (provider, model) pairs that may be paid for them; none, if nobody is."""

    input_tokens: int = 0
    output_tokens: int = 0
    models: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HasBudgets(Request[bool]):
    """Whether any limit is set; without one nobody need foresee what a call may use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckBudget(Request[None]):
    """Raise `BudgetExhausted` when the device has spent its day, week or month; answered from memory.

    With a `turn_id` the turn counts as a reserved amount until `ReleaseBudget`, so that turns at one time cannot
    all pass on the last cents: what is `expected`, at the dearest price that may apply, and no less than the
    configured amount.
    """

    hardware_id: str
    turn_id: str = ""
    expected: Expected | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseBudget(Request[None]):
    """The turn's usage is known, or it has ended without any; harmless for a turn that holds nothing."""

    turn_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTokens(Request[str | None]):
    """What so many tokens of a model cost in USD, as decimal text; None where the model has no price."""

    provider: str
    model: str
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CostRow:
    """One line of a cost report; `cost_usd` is None where the model has no price.

    `estimated_calls`: those whose tokens no provider counted.
    """

    group: Sequence[str]
    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: str | None
    unpriced_calls: int
    estimated_calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCosts(Request[Sequence[CostRow]]):
    """Costs from one day to another (both included), grouped by user, model, source or day."""

    first: date
    last: date
    by: Sequence[str] = ("model",)
