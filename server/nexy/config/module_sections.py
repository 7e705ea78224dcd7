"""Which section each module starts with."""

from collections.abc import Callable, Mapping

from nexy.config.access_section import AccessSection
from nexy.config.code_search_section import CodeSearchSection
from nexy.config.database_section import DatabaseSection
from nexy.config.history_section import HistorySection
from nexy.config.outbox_section import OutboxSection
from nexy.config.sections import UnifiedConfig, coordination_section, flags_section
from nexy.config.usage_section import UsageSection


def database_section(config: UnifiedConfig) -> DatabaseSection:
    """Where the database is: outside by its address, otherwise under the home."""
    return DatabaseSection(home=config.home, url=config.outside.database_url, config=config.database)


def _history(config: UnifiedConfig) -> HistorySection:
    return HistorySection(home=config.home, config=config.history)


def _outbox(config: UnifiedConfig) -> OutboxSection:
    return OutboxSection(home=config.home, config=config.outbox)


def _access(config: UnifiedConfig) -> AccessSection:
    demo = config.demo and config.environment != "prod"
    return AccessSection(home=config.home, config=config.access, demo=demo, with_database=config.database.enabled)


def _code_search(config: UnifiedConfig) -> CodeSearchSection:
    return CodeSearchSection(home=config.home, config=config.code_search, lightrag_url=config.outside.lightrag_url)


def _token_usage(config: UnifiedConfig) -> UsageSection:
    access = config.access
    if access.devices == "off":
        return UsageSection(home=config.home, config=config.token_usage)
    return UsageSection(
        home=config.home,
        config=config.token_usage,
        unpaired_day_tokens=access.unpaired_day_tokens,
        unpaired_day_usd=access.unpaired_day_usd,
        strangers_day_tokens=access.strangers_day_tokens,
        strangers_day_usd=access.strangers_day_usd,
    )


_GATHERED: Mapping[str, Callable[[UnifiedConfig], object]] = {
    "global_flags": flags_section,
    "coordination": coordination_section,
    "database": database_section,
    "outbox": _outbox,
    "history": _history,
    "token_usage": _token_usage,
    "access": _access,
    "code_search": _code_search,
}


def section_of(config: UnifiedConfig, capability: str) -> object:
    """The module's own section, with `home` and keys of other sections where it depends on them."""
    gather = _GATHERED.get(capability)
    return gather(config) if gather is not None else getattr(config, capability, None)
