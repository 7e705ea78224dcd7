"""What a server costs that nobody talks to: memory of the whole family, and seconds until it is ready."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.voice.accounting import family, pss_mb
from bench.voice.servers import ours_as_installed, running, says_serving

_SETTLE_SECONDS = 1.0


@dataclass(slots=True, kw_only=True)
class Footprint:
    """One figure per start, the very first start left out; `processes` is the size of the family."""

    ready_seconds: list[float] = field(default_factory=list)
    idle_pss_mb: list[float] = field(default_factory=list)
    processes: int = 0


async def footprint(folder: Path, starts: int, cores: Sequence[int]) -> Footprint:
    """Start the server as it is installed, with its own voice and the offline brain, on all `cores`."""
    folder.mkdir(parents=True)
    seen = Footprint()
    for start in range(starts + 1):
        began = time.monotonic()
        async with running(ours_as_installed(folder, {}), cores) as server:
            await says_serving(server)
            ready = time.monotonic() - began
            if start == 0:
                continue
            await asyncio.sleep(_SETTLE_SECONDS)
            seen.ready_seconds.append(ready)
            seen.idle_pss_mb.append(pss_mb(server.pid))
            seen.processes = len(family(server.pid))
    return seen
