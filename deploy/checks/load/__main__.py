"""`python -m deploy.checks.load`: the load scenarios of the testing protocol; the exit code tells whether they hold."""

import argparse
import asyncio
import sys
import time
from dataclasses import replace

from deploy.checks.load.scenarios import RAMPED, STAGES, STEADY, STEADY_PER_SECOND, STEADY_SECONDS
from deploy.checks.load.tally import table
from deploy.checks.load.users import Crowd

_SHORT = 1 / 60


def main() -> int:
    """0 when every threshold holds, 1 when one does not."""
    parser = argparse.ArgumentParser(prog="python -m deploy.checks.load", description=__doc__)
    parser.add_argument("--scenario", choices=(*RAMPED, STEADY.name), default="mixed")
    parser.add_argument("--url", default="", help="a running server; without it one is started, with fake providers")
    parser.add_argument("--short", action="store_true", help="seconds instead of minutes")
    given = parser.parse_args()
    return asyncio.run(_run(given.scenario, given.url.rstrip("/"), _SHORT if given.short else 1.0))


async def _run(scenario: str, url: str, scale: float) -> int:
    if url:
        return await _load(scenario, url, scale)
    # Whoever has a server of their own needs nothing of this.
    from bench.stopping import Stopped, stoppable
    from deploy.checks.load.own_server import own_server

    try:
        async with stoppable(), own_server() as own:
            print(f"own server at {own}, providers are fakes", file=sys.stderr, flush=True)
            return await _load(scenario, own, scale)
    except Stopped as stopped:
        print(stopped, file=sys.stderr)
        return stopped.code


async def _load(scenario: str, url: str, scale: float) -> int:
    began = time.monotonic()
    crowd = Crowd(url, RAMPED.get(scenario, (STEADY,)))
    if scenario == STEADY.name:
        await crowd.arrive(STEADY_SECONDS * scale, STEADY_PER_SECOND)
    else:
        await crowd.ramp([replace(stage, seconds=stage.seconds * scale) for stage in STAGES])
    print(table(crowd.tallies, time.monotonic() - began))
    return 0 if all(tally.good for tally in crowd.tallies) else 1


if __name__ == "__main__":
    sys.exit(main())
