"""The one way into the ledger."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import UTC
from decimal import Decimal

from nexy.contracts.clock import Clock
from nexy.contracts.devices import NOT_DEVICES
from nexy.contracts.errors import ValidationFailed
from nexy.contracts.outbox import Record
from nexy.contracts.usage import RecordUsage, UsageReport, UsageSource
from nexy.modules.token_usage.accounts import STRANGERS, Account, AccountOf, own_account
from nexy.modules.token_usage.budgets import Budgets
from nexy.modules.token_usage.entries import UsageRow, record_of
from nexy.modules.token_usage.prices import Price, PriceTable
from nexy.utils.device_identity import hardware_hash

_LARGEST_COUNT = 2**31 - 1
_LONGEST_KEY = 300
_LONGEST_HARDWARE_ID = 128
_LONGEST_NAME = 200
_SOURCES = frozenset(UsageSource)

KeepRecord = Callable[[Record], Awaitable[None]]


class TokenUsageTracker:
    """Checks a report, prices it, keeps it durably, and counts it against its account's budget."""

    def __init__(
        self,
        prices: PriceTable,
        budgets: Budgets,
        keep: KeepRecord,
        clock: Clock,
        max_recent_keys: int,
        account_of: AccountOf = own_account,
    ) -> None:
        self._prices = prices
        self._budgets = budgets
        self._keep = keep
        self._clock = clock
        self._recent: OrderedDict[str, None] = OrderedDict()
        self._max_recent = max_recent_keys
        self._account_of = account_of

    async def record(self, request: RecordUsage) -> None:
        """Return when the row is durable; a key that was kept before changes nothing.

        Raises `ValidationFailed` that names the field, `Unavailable` when it could not be kept.
        """
        refuse_invalid(request)
        if request.key in self._recent:
            return
        report = request.report
        price = self._prices.price_of(request.provider, report.model)
        cost = None if price is None else _cost(price, report)
        account = await self._account_of(report.hardware_id)
        await self._keep(record_of(self._row(request, account, cost)))
        if self._is_new(request.key):
            # A device may have been paired while the row was being kept.
            account = await self._account_of(report.hardware_id)
            names = (account.name, STRANGERS) if account.unpaired else (account.name,)
            for name in names:
                self._budgets.add(name, report.input_tokens + report.output_tokens, cost)

    def _row(self, request: RecordUsage, account: Account, cost: Decimal | None) -> UsageRow:
        report = request.report
        return UsageRow(
            key=request.key,
            device=hardware_hash(report.hardware_id),
            session_id=report.session_id,
            source=report.source,
            provider=request.provider.strip(),
            model=report.model.strip(),
            input_tokens=report.input_tokens,
            output_tokens=report.output_tokens,
            cost_usd=None if cost is None else format(cost, "f"),
            at=self._clock.now().astimezone(UTC).isoformat(),
            estimated=request.estimated,
            # Whose a device is, is asked when the row is written.
            person=account.person if report.hardware_id.startswith(NOT_DEVICES) else "",
        )

    def _is_new(self, key: str) -> bool:
        new = key not in self._recent
        self._recent[key] = None
        if len(self._recent) > self._max_recent:
            self._recent.popitem(last=False)
        return new


def _cost(price: Price, report: UsageReport) -> Decimal:
    return price.cost(report.input_tokens, report.output_tokens, report.cache_read_tokens, report.cache_write_tokens)


def refuse_invalid(request: RecordUsage) -> None:
    """Raise `ValidationFailed` for the first field that the ledger cannot hold."""
    report = request.report
    _text("key", request.key, _LONGEST_KEY)
    _text("hardware_id", report.hardware_id, _LONGEST_HARDWARE_ID)
    _text("session_id", report.session_id, _LONGEST_NAME, blank=True)
    _text("model", report.model, _LONGEST_NAME)
    _text("provider", request.provider, _LONGEST_NAME, blank=True)
    if report.source not in _SOURCES:
        raise ValidationFailed(f"source: one of {', '.join(sorted(_SOURCES))}", field="source")
    _counts(report)


def _counts(report: UsageReport) -> None:
    for field, count in (("input_tokens", report.input_tokens), ("output_tokens", report.output_tokens)):
        if count < 0:
            raise ValidationFailed(f"{field}: it must not be negative", field=field)
        if count > _LARGEST_COUNT:
            raise ValidationFailed(f"{field}: at most {_LARGEST_COUNT}", field=field)
    cached = (report.cache_read_tokens, report.cache_write_tokens)
    if min(cached) < 0 or sum(cached) > report.input_tokens:
        raise ValidationFailed("cache_read_tokens: with cache_write_tokens at most input_tokens",
                               field="cache_read_tokens")  # fmt: skip


def _text(field: str, value: str, longest: int, *, blank: bool = False) -> None:
    if not blank and not value.strip():
        raise ValidationFailed(f"{field}: it must not be empty", field=field)
    if len(value) > longest or not value.isprintable():
        raise ValidationFailed(f"{field}: at most {longest} printable characters", field=field)
