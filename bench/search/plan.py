"""How much of the speed is measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`packages` make up the large project; a pull changes `changed` of `files` files, `rounds` times."""

    packages: int = 3
    questions: int = 400
    warm: int = 20
    files: int = 1000
    changed: int = 10
    rounds: int = 5
    whole_seconds: float = 900.0


FULL = Plan()
QUICK = Plan(packages=1, questions=5, warm=1, files=20, changed=2, rounds=1, whole_seconds=50.0)
