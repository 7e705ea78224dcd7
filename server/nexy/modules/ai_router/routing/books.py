"""What all chains share and write into."""

from dataclasses import dataclass

from nexy.contracts.clock import Clock
from nexy.modules.ai_router.routing.circuit_breaker import Breakers
from nexy.modules.ai_router.routing.facts import FactsBook
from nexy.modules.ai_router.routing.quality import QualityBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """Who is left alone, how each provider does, and who answered what."""

    breakers: Breakers
    facts: FactsBook
    quality: QualityBook
    clock: Clock
