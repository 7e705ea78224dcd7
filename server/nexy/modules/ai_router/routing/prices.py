"""What calls cost, asked of the ledger's part; without it only the offline brain has a price: none."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from nexy.contracts.errors import NexyError
from nexy.contracts.module import UniversalModuleInterface
from nexy.contracts.routing_table import OFFLINE
from nexy.contracts.usage import PriceTokens
from nexy.modules.ai_router.routing.facts import Tokens

_A_MILLION = Tokens(input=1_000_000, output=1_000_000)


class PriceBook:
    """Prices do not change while the server runs, so each is asked for once."""

    def __init__(self, usage: UniversalModuleInterface | None) -> None:
        self._usage = usage
        self._known: dict[tuple[str, str], float | None] = {}

    async def learn(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Have the prices of these providers' models ready."""
        for provider, model in pairs:
            if (provider, model) not in self._known:
                cost = await self._cost(provider, model, _A_MILLION)
                self._known[provider, model] = None if cost is None else float(cost)

    def of_a_million(self, provider: str, model: str) -> float | None:
        """USD for a million tokens in and out; None for what has no price or was not learnt."""
        return self._known.get((provider, model))

    async def total(self, provider: str, tokens: Mapping[str, Tokens]) -> tuple[Decimal, int]:
        """What so many tokens of a provider's models cost, and how many calls have no price."""
        spent, unpriced = Decimal(0), 0
        for model, used in tokens.items():
            cost = await self._cost(provider, model, used)
            spent += cost or Decimal(0)
            unpriced += used.calls if cost is None else 0
        return spent, unpriced

    async def _cost(self, provider: str, model: str, used: Tokens) -> Decimal | None:
        if provider == OFFLINE:
            return Decimal(0)
        if self._usage is None:
            return None
        asked = PriceTokens(
            provider=provider,
            model=model,
            input_tokens=used.input,
            output_tokens=used.output,
            cache_read_tokens=used.cache_read,
            cache_write_tokens=used.cache_write,
        )
        try:
            cost = await self._usage.process(asked)
        except NexyError:
            return None
        return None if cost is None else Decimal(cost)
