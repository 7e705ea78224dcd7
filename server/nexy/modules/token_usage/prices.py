"""What a million tokens cost; a model without a price costs an unknown amount, never nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path

import msgspec
import yaml

from nexy.contracts.errors import ConfigurationInvalid

_MILLION = Decimal(1_000_000)
_EXACT = Decimal("0.000000001")
_SUFFIX = re.compile(r"[-@](latest|preview|exp|\d{8}|\d{4}-\d{2}-\d{2}|\d{2}-\d{2}|\d{3}|\d{4})$")
_KEY = "token_usage.prices_file"
_NEEDED, _MAY_BE = {"input", "output"}, {"cache_read", "cache_write"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """USD for a million tokens; what the provider's prompt cache has no price for costs what any input costs."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None

    def cost(
        self, input_tokens: int, output_tokens: int, cache_read_tokens: int = 0, cache_write_tokens: int = 0
    ) -> Decimal:
        """USD with nine places, as the ledger keeps it; the cache's tokens are among those of the input."""
        total = input_tokens * self.input + output_tokens * self.output
        if cache_read_tokens and self.cache_read is not None:
            total += cache_read_tokens * (self.cache_read - self.input)
        if cache_write_tokens and self.cache_write is not None:
            total += cache_write_tokens * (self.cache_write - self.input)
        return (total / _MILLION).quantize(_EXACT)

    @property
    def dearest_input(self) -> Decimal:
        """What an input token costs at most."""
        return max(self.input, self.cache_write or self.input)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    dated: str = ""
    free: tuple[str, ...] = ()
    models: Mapping[str, Mapping[str, str]] = msgspec.field(default_factory=dict)


class PriceTable:
    """Prices by model; names are compared without case, vendor's path and date."""

    def __init__(self, models: Mapping[str, Price], free: frozenset[str] = frozenset()) -> None:
        self._models = dict(models)
        self._free = free

    def price_of(self, provider: str, model: str) -> Price | None:
        """The price, or None where nobody wrote one."""
        if provider.strip().lower() in self._free:
            return Price(input=Decimal(0), output=Decimal(0))
        name = model.strip().lower().rpartition("/")[2]
        while name not in self._models:
            shorter = _SUFFIX.sub("", name)
            if shorter == name:
                return None
            name = shorter
        return self._models[name]


def read_prices(home: Path, prices_file: str) -> PriceTable:
    """The packaged prices under those of the operator's file; raises `ConfigurationInvalid` that names the entry."""
    tables = [_read((files(__package__) / "prices.yaml").read_text(encoding="utf-8"), "prices.yaml")]
    if prices_file:
        path = home / Path(prices_file).expanduser()
        try:
            tables.append(_read(path.read_text(encoding="utf-8"), str(path)))
        except (OSError, UnicodeDecodeError) as problem:
            raise ConfigurationInvalid(f"{_KEY}: {path} cannot be read", field=_KEY) from problem
    models = {name: price for models, _ in tables for name, price in models.items()}
    return PriceTable(models, frozenset().union(*(free for _, free in tables)))


def _read(text: str, source: str) -> tuple[dict[str, Price], frozenset[str]]:
    try:
        # Unquoted numbers are read as they are written: a price goes through no binary fraction.
        table = msgspec.convert(yaml.load(text, Loader=yaml.BaseLoader), _Table)  # noqa: S506  texts only
    except (yaml.YAMLError, msgspec.ValidationError) as problem:
        raise ConfigurationInvalid(f"{_KEY}: {source}: {problem}", field=_KEY) from problem
    models = {name.lower(): _price(entry, f"{source}: models.{name}") for name, entry in table.models.items()}
    return models, frozenset(provider.lower() for provider in table.free)


def _price(entry: Mapping[str, str], where: str) -> Price:
    try:
        amounts = {name: Decimal(amount) for name, amount in entry.items()}
        fits = all(amount.is_finite() and 0 <= amount <= _MILLION for amount in amounts.values())
    except InvalidOperation:
        fits = False
    if not fits or not _NEEDED <= set(entry) <= _NEEDED | _MAY_BE:
        message = (
            f"{_KEY}: {where}: input and output are needed, cache_read and cache_write may be there, "
            f"each from 0 to {_MILLION} USD"
        )
        raise ConfigurationInvalid(message, field=_KEY)
    return Price(**amounts)
