"""How each provider does: calls, failures and latencies of late, tokens in all."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.words import WordsUsage

_OTHERS = "(other models)"


@dataclass(slots=True)
class Tokens:
    """What one model was paid for."""

    input: int = 0
    output: int = 0
    calls: int = 0
    cache_read: int = 0
    cache_write: int = 0


@dataclass(slots=True)
class Record:
    """One provider; latencies are milliseconds to the first content of the last calls that had some."""

    latencies: deque[float]
    max_models: int
    calls: int = 0
    failures: int = 0
    last_error: str = ""
    trouble: str = ""
    tokens: dict[str, Tokens] = field(default_factory=dict)

    def heard(self, latency_ms: float) -> None:
        """Its first content came."""
        self.latencies.append(latency_ms)

    def answered(self) -> None:
        """A call came to its good end."""
        self.calls += 1
        self.last_error = self.trouble = ""

    def failed(self, code: str, *, trouble: bool) -> None:
        """A call failed; `trouble`: others would fail too."""
        self.calls += 1
        self.failures += 1
        self.last_error = code
        self.trouble = code if trouble else self.trouble

    def spent(self, call: WordsUsage) -> None:
        """A call was counted."""
        model = call.model
        if model not in self.tokens and len(self.tokens) >= self.max_models:
            model = _OTHERS
        tokens = self.tokens.setdefault(model, Tokens())
        tokens.input += call.input_tokens
        tokens.output += call.output_tokens
        tokens.cache_read += call.cache_read_tokens
        tokens.cache_write += call.cache_write_tokens
        tokens.calls += 1

    def percentile(self, share: float) -> float | None:
        """The latency that so many of the calls stay under; None before the first."""
        if not self.latencies:
            return None
        ordered = sorted(self.latencies)
        return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 3)


class FactsBook:
    """The records of all providers since the start."""

    def __init__(self, config: WordsConfig) -> None:
        self._config = config
        self._records: dict[str, Record] = {}

    def of(self, provider: str) -> Record:
        """The provider's record, made when it is first asked for."""
        record = self._records.get(provider)
        if record is None:
            record = self._records[provider] = self._empty()
        return record

    def _empty(self) -> Record:
        return Record(latencies=deque(maxlen=self._config.latency_window), max_models=self._config.max_models)

    @property
    def troubles(self) -> Mapping[str, str]:
        """Providers that do not answer as they should, with the code of the last failure."""
        return {name: record.trouble for name, record in self._records.items() if record.trouble}
