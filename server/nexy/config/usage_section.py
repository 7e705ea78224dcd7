"""What a person may spend, and where the prices come from."""

from dataclasses import dataclass, field

from nexy.config.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageConfig:
    """Limits of one person, or of a payer that is nobody's, 0 for none; periods are those of UTC, weeks from Monday on.

    A running turn counts as `reserved_tokens` and `reserved_usd`, a request as what it may cost and no less than
    those, until its usage is known; beyond `max_running` the oldest is forgotten.
    `prices_file` (under the home unless absolute) adds prices to the packaged ones or replaces them.
    """

    prices_file: str = setting("", "PRICES_FILE")
    day_tokens: int = setting(0, "BUDGET_DAY_TOKENS", at_least=0)
    week_tokens: int = setting(0, "BUDGET_WEEK_TOKENS", at_least=0)
    month_tokens: int = setting(0, "BUDGET_MONTH_TOKENS", at_least=0)
    day_usd: float = setting(0.0, "BUDGET_DAY_USD", at_least=0)
    week_usd: float = setting(0.0, "BUDGET_WEEK_USD", at_least=0)
    month_usd: float = setting(0.0, "BUDGET_MONTH_USD", at_least=0)
    reserved_tokens: int = setting(2000, at_least=0)
    reserved_usd: float = setting(0.01, at_least=0)
    max_running: int = setting(10_000, at_least=1)
    max_waiting_rows: int = setting(5000, at_least=1)
    max_devices: int = setting(100_000, at_least=1)
    max_recent_keys: int = setting(10_000, at_least=1)
    load_retry_seconds: float = setting(5.0, at_least=0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageSection:
    """What the module `token_usage` starts with: what one who is nobody's may spend in a day, and all of them together.

    0 is no limit but everybody's.
    """

    home: str
    unpaired_day_tokens: int = 0
    unpaired_day_usd: float = 0.0
    strangers_day_tokens: int = 0
    strangers_day_usd: float = 0.0
    config: UsageConfig = field(default_factory=UsageConfig)
