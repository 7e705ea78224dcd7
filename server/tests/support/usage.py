"""Usage of a test: reports, and a module over any ledger."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from nexy.config.usage_section import UsageConfig, UsageSection
from nexy.contracts.clock import Clock
from nexy.contracts.usage import RecordUsage, UsageReport
from nexy.modules.token_usage.module import TokenUsageModule
from support.clock import FakeClock
from support.peers import FakePeers


def usage(key: str = "turn-1/request-1", provider: str = "openai", **values: Any) -> RecordUsage:
    """One valid call of gpt-4o-mini, with anything changed."""
    plain = {
        "hardware_id": "mac-1", "session_id": "s", "source": "main_llm", "input_tokens": 1000, "output_tokens": 500,
        "model": "gpt-4o-mini",
    }  # fmt: skip
    return RecordUsage(key=key, provider=provider, report=UsageReport(**{**plain, **values}))


_SMALL = ("unpaired_day_tokens", "unpaired_day_usd", "strangers_day_tokens", "strangers_day_usd")


@asynccontextmanager
async def token_usage(
    home: Path, clock: Clock | None = None, parts: dict[str, object] | None = None, **values: Any
) -> AsyncIterator[TokenUsageModule]:
    """A started module with these parts as peers; what strangers may spend is named as in its section."""
    module = TokenUsageModule()
    peers = FakePeers(clock=clock or FakeClock(), **(parts or {}))
    try:
        small = {name: values.pop(name) for name in _SMALL if name in values}
        await module.initialize(UsageSection(home=str(home), config=UsageConfig(**values), **small), peers)
        yield module
    finally:
        await module.cleanup()
