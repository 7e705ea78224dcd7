"""Signing in, and how long others wait for the event loop meanwhile."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.access.plan import Plan
from bench.access.stage import SIGN_IN, answered
from bench.router.client import connections
from bench.voice.spread import percentile
from nexy.utils.supervisor import owned_task

_PROBE = b"GET /auth/v1/.well-known/jwks.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
_PROBE_SECONDS = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIns:
    """Milliseconds of signing in, one after the other and so many people at once, and of a small reply meanwhile."""

    people: int
    alone: list[float] = field(default_factory=list)
    crowd: list[float] = field(default_factory=list)
    lag_alone: list[float] = field(default_factory=list)
    lag_crowd: list[float] = field(default_factory=list)
    lag_quiet: list[float] = field(default_factory=list)

    @property
    def lag(self) -> float:
        """The longest that a small reply took while people signed in one after the other."""
        return max(self.lag_alone)


async def sign_ins(plan: Plan, address: str) -> SignIns:
    """Quiet and busy times alternate; the first sign-in, which loads the library, is not counted."""
    seen = SignIns(people=plan.crowd)
    async with connections(address, plan.crowd) as lines:

        async def sign_in(number: int, times: int, found: list[float]) -> None:
            for _ in range(times):
                began = time.monotonic()
                await answered(lines[number], SIGN_IN)
                found.append(1000 * (time.monotonic() - began))

        await sign_in(0, 1, [])
        each = max(plan.sign_ins // (3 * plan.rounds), 1)
        for _ in range(plan.rounds):
            async with owned_task(_probe(address, seen.lag_quiet)):
                await asyncio.sleep(plan.seconds / 2)
            async with owned_task(_probe(address, seen.lag_alone)):
                await sign_in(0, 2 * each, seen.alone)
            async with owned_task(_probe(address, seen.lag_crowd)):
                await asyncio.gather(*(sign_in(number, each, seen.crowd) for number in range(plan.crowd)))
    return seen


async def _probe(address: str, found: list[float]) -> None:
    """Ask for next to nothing again and again, until it is cancelled."""
    async with connections(address, 1) as (line,):
        while True:
            began = time.monotonic()
            await answered(line, _PROBE)
            found.append(1000 * (time.monotonic() - began))
            await asyncio.sleep(_PROBE_SECONDS)


def p50_p95(values: Sequence[float]) -> tuple[float, float]:
    """Both."""
    return percentile(values, 0.5), percentile(values, 0.95)
