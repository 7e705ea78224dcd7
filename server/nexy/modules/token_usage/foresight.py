"""What is to be reserved for a call of which it is known who may be paid for it."""

from decimal import Decimal
from functools import lru_cache

from nexy.contracts.usage import Expected
from nexy.modules.token_usage.limits import NOTHING, Limit
from nexy.modules.token_usage.prices import Price, PriceTable

_KNOWN_CHAINS = 256
_FREE = Price(input=Decimal(0), output=Decimal(0))


class Foresight:
    """`at_least` is reserved also where less is expected, since estimates err."""

    def __init__(self, prices: PriceTable, at_least: Limit) -> None:
        self._prices = prices
        self._at_least = at_least
        # Callers may name models; the chains of the table are few and stay.
        self._dearest = lru_cache(maxsize=_KNOWN_CHAINS)(self._find_dearest)

    def reserve(self, expected: Expected | None) -> Limit:
        """The amount; nothing where nobody is paid, no USD where all are free."""
        if expected is None:
            return self._at_least
        if not expected.models:
            return NOTHING
        tokens = max(self._at_least.tokens, expected.input_tokens + expected.output_tokens)
        price = self._dearest(expected.models)
        if price is None:
            return Limit(tokens=tokens, usd=Decimal(0))
        cost = price.cost(expected.input_tokens, expected.output_tokens)
        return Limit(tokens=tokens, usd=max(self._at_least.usd, cost))

    def _find_dearest(self, models: tuple[tuple[str, str], ...]) -> Price | None:
        """No call of any of these costs more; None where all are free. What has no price is never counted in USD."""
        found = [self._prices.price_of(provider, model) for provider, model in models]
        priced = [price for price in found if price is not None]
        dearest = Price(
            input=max((price.dearest_input for price in priced), default=Decimal(0)),
            output=max((price.output for price in priced), default=Decimal(0)),
        )
        return None if dearest == _FREE and len(priced) == len(found) else dearest
