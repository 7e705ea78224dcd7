"""How much is remembered, and how long anything waits for it."""

from dataclasses import dataclass

from nexy.config.setting import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryConfig:
    """Reading has a budget per turn; learning happens behind the answer and is bounded in number, time and size.

    Without `ask_model` facts are found by rules alone.
    """

    ask_model: bool = setting(True, "MEMORY_ASK_MODEL")
    budget_seconds: float = setting(0.35, "MEMORY_BUDGET", at_least=0)
    cache_seconds: float = setting(600.0, "MEMORY_CACHE_TTL", at_least=0)
    max_cached_devices: int = setting(10_000, at_least=1)
    read_timeout_seconds: float = setting(10.0, at_least=0.01)
    max_reads: int = setting(16, at_least=1)
    learn_timeout_seconds: float = setting(60.0, at_least=0.1)
    max_waiting_turns: int = setting(200, at_least=1)
    max_waiting_turns_per_device: int = setting(20, at_least=1)
    learn_at_once: int = setting(4, at_least=1)
    learn_together: int = setting(50, at_least=1, at_most=1000)
    learn_pause_seconds: float = setting(0.1, at_least=0, at_most=10)
    flush_seconds: float = setting(0.7, at_least=0)
    forget_patience_seconds: float = setting(2.0, at_least=0)
    consent_seconds: float = setting(60.0, at_least=1)
    max_facts: int = setting(500, at_least=1)
    max_facts_per_turn: int = setting(8, at_least=1)
    max_fact_characters: int = setting(300, at_least=20)
    recalled_facts: int = setting(200, at_least=1)
    short_term_idle_seconds: float = setting(7200.0, "MEMORY_SHORT_TERM_IDLE", at_least=0)
    short_term_exchanges: int = setting(4, at_least=0, at_most=50)
    short_term_characters: int = setting(200, at_least=20)
    model_timeout_seconds: float = setting(30.0, at_least=0.1)
    max_model_reply_characters: int = setting(8192, at_least=256)
    max_analysed_characters: int = setting(4000, at_least=100)
