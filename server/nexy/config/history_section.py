"""How long what was said and seen is kept within reach."""

from dataclasses import dataclass, field

from nexy.config.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryConfig:
    """A session without a turn for `session_idle_seconds` has ended; an answer's end waits for its history no longer
    than `patience_seconds`, and no text in it is kept beyond `max_text_characters`."""

    screenshot_days: float = setting(30.0, "HISTORY_SCREENSHOT_DAYS", at_least=0, at_most=3650)
    session_idle_seconds: float = setting(1800.0, "HISTORY_SESSION_IDLE", at_least=1)
    sweep_seconds: float = setting(60.0, at_least=0.1)
    patience_seconds: float = setting(2.0, at_least=0.01)
    max_text_characters: int = setting(80_000, at_least=100, at_most=80_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySection:
    """What the module `history` starts with; pictures lie under `home`."""

    home: str
    config: HistoryConfig = field(default_factory=HistoryConfig)
