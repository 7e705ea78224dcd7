"""How much the outbox may hold, and how eagerly it is drained."""

from dataclasses import dataclass, field

from nexy.config.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxConfig:
    """Bounds of the file and of a drain; everything under NEXY_HOME/outbox counts against `max_bytes`."""

    max_bytes: int = setting(256 * 1024 * 1024, "OUTBOX_MAX_BYTES", at_least=65536)
    segment_bytes: int = setting(8 * 1024 * 1024, at_least=4096)
    max_record_bytes: int = setting(1024 * 1024, at_least=256)
    max_pending_bytes: int = setting(8 * 1024 * 1024, at_least=65536)
    linger_seconds: float = setting(0.02, at_least=0, at_most=5)
    group_seconds: float = setting(0.02, at_least=0, at_most=1)
    drain_seconds: float = setting(0.2, at_least=0.001, at_most=60)
    drain_records: int = setting(500, at_least=1, at_most=10_000)
    retry_seconds: float = setting(0.25, at_least=0.001)
    max_retry_seconds: float = setting(5.0, at_least=0.001)
    cleanup_seconds: float = setting(0.4, at_least=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSection:
    """What the module `outbox` starts with; its files lie under `home`."""

    home: str
    config: OutboxConfig = field(default_factory=OutboxConfig)
