"""How much is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`rounds` windows of each side of a comparison, each of so many seconds on so many connections.

    `checks` are calls of one kind within a round, `devices` how many are paired when one of them is asked for.
    """

    rounds: int = 5
    seconds: float = 2.0
    connections: int = 16
    warm_seconds: float = 0.5
    sign_ins: int = 60
    crowd: int = 8
    checks: int = 2000
    devices: int = 1000
    whole_seconds: float = 240.0


FULL = Plan()
QUICK = Plan(
    rounds=1,
    seconds=0.2,
    connections=4,
    warm_seconds=0.1,
    sign_ins=3,
    crowd=2,
    checks=20,
    devices=3,
    whole_seconds=50.0,
)
