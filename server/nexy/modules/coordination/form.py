"""What every form of coordination is besides the port."""

from dataclasses import dataclass
from typing import Protocol

from nexy.contracts.coordination import Coordination
from nexy.contracts.errors import ValidationFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Where it is, and why it cannot be used now; both empty where there is nothing to say."""

    place: str = ""
    problem: str = ""


class Form(Coordination, Protocol):
    """Coordination with a life of its own."""

    @property
    def health(self) -> Health:
        """How it is, without asking anybody."""
        ...

    async def close(self) -> None:
        """Release everything; every subscription ends."""
        ...


def positive(ttl_seconds: float) -> float:
    """The time itself; raises `ValidationFailed` for one that never was."""
    if not ttl_seconds > 0:
        raise ValidationFailed("ttl_seconds must be positive", field="ttl_seconds")
    return ttl_seconds
