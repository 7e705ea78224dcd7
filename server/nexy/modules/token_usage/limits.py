"""What a period allows: to everybody, to one who is nobody's, and to all of those together."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from nexy.config.usage_section import UsageConfig, UsageSection
from nexy.modules.token_usage.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What a period allows; 0 is no limit."""

    tokens: int
    usd: Decimal

    @property
    def on(self) -> bool:
        """Whether anything is limited."""
        return self.tokens > 0 or self.usd > 0


NOTHING = Limit(tokens=0, usd=Decimal(0))
Amount = TypeVar("Amount", int, Decimal)


def limits_of(config: UsageConfig) -> Mapping[Period, Limit]:
    """The limits that are on."""
    limits = {
        Period.DAY: Limit(tokens=config.day_tokens, usd=Decimal(str(config.day_usd))),
        Period.WEEK: Limit(tokens=config.week_tokens, usd=Decimal(str(config.week_usd))),
        Period.MONTH: Limit(tokens=config.month_tokens, usd=Decimal(str(config.month_usd))),
    }
    return {period: limit for period, limit in limits.items() if limit.on}


def limits_of_unpaired(section: UsageSection) -> Mapping[Period, Limit]:
    """The same for one who is nobody's: a small budget for the day comes on top, and the smaller one counts."""
    limits = limits_of(section.config)
    day = limits.get(Period.DAY, Limit(tokens=0, usd=Decimal(0)))
    tokens = _smaller(day.tokens, section.unpaired_day_tokens)
    small = Limit(tokens=tokens, usd=_smaller(day.usd, Decimal(str(section.unpaired_day_usd))))
    return {**limits, Period.DAY: small} if small.on else limits


def limits_of_strangers(section: UsageSection) -> Mapping[Period, Limit]:
    """What all who are nobody's may spend together, however many names they invent; empty for no such limit."""
    day = Limit(tokens=section.strangers_day_tokens, usd=Decimal(str(section.strangers_day_usd)))
    return {Period.DAY: day} if day.on else {}


def reserved_by(config: UsageConfig) -> Limit:
    """What a running turn counts as where nobody foresees more."""
    return Limit(tokens=config.reserved_tokens, usd=Decimal(str(config.reserved_usd)))


def _smaller(one: Amount, other: Amount) -> Amount:
    """0 is no limit."""
    return min(one, other) if one and other else one or other
