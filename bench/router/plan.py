"""How much is measured."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.router.provider import Pace

TOKENS = 60
AT_ONCE = Pace()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """So many windows of each server, each of so many connections and seconds, at the provider's pace.

    Between two questions a connection waits at random for up to twice `pause_seconds`: connections that never pause
    would all ask at the same moment, and what is measured would be how they wait for each other.
    """

    rounds: int
    connections: int
    seconds: float
    pace: Pace = AT_ONCE
    pause_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that one run measures."""

    judged: Rounds = Rounds(rounds=5, connections=32, seconds=2.0)
    others: Rounds = Rounds(rounds=3, connections=32, seconds=1.5)
    paced: Rounds = Rounds(rounds=3, connections=120, seconds=2.0, pace=Pace(first_seconds=0.02, token_seconds=0.005))
    added: Sequence[Rounds] = (
        Rounds(rounds=5, connections=1, seconds=1.0),
        Rounds(rounds=5, connections=16, seconds=2.5, pace=Pace(first_seconds=0.02), pause_seconds=0.04),
    )
    first: Rounds = Rounds(
        rounds=5,
        connections=16,
        seconds=2.5,
        pace=Pace(first_seconds=0.02, token_seconds=0.002),
        pause_seconds=0.04,
    )
    whole_seconds: float = 290.0


FULL = Plan()
_ONCE = Rounds(rounds=1, connections=4, seconds=0.2)
_ONCE_LATER = Rounds(rounds=1, connections=4, seconds=0.2, pace=Pace(first_seconds=0.02))
QUICK = Plan(
    judged=_ONCE, others=_ONCE, paced=_ONCE_LATER, added=(_ONCE, _ONCE_LATER), first=_ONCE_LATER, whole_seconds=50.0
)
