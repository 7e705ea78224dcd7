"""`python -m bench.sensor`: measure, tell, and write the sensor section of `docs/benchmarks.md`."""

import argparse
import asyncio
import os
import sys
import time
from dataclasses import dataclass

from bench.section import say, told, write_section
from bench.sensor import live, stft, validator_overhead, wire
from bench.sensor.report import SensorResults, report
from bench.sensor.wire_variants import VARIANTS
from bench.voice.accounting import Cores
from bench.voice.servers import ServerFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How often and how long."""

    wire_rounds: int
    stft_rounds: int
    live_seconds: float
    validator_rounds: int


FULL = Plan(wire_rounds=5, stft_rounds=7, live_seconds=10.0, validator_rounds=7)
QUICK = Plan(wire_rounds=1, stft_rounds=1, live_seconds=1.5, validator_rounds=1)


def main() -> int:
    """0 when every must is met, 1 when one is missed, 2 when nothing could be measured; --quick judges nothing."""
    parser = argparse.ArgumentParser(prog="python -m bench.sensor", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only prove that the benchmark works; writes no docs")
    quick = parser.parse_args().quick
    began, load = time.monotonic(), os.getloadavg()[0]
    try:
        results = _measured(QUICK if quick else FULL)
    except ServerFailed as failed:
        print(f"not measured: {failed}", file=sys.stderr)
        return 2
    text = f"{report(results)}\n\nTook {time.monotonic() - began:.0f} s, load average before it {load:.1f}."
    print(text)
    if quick:
        return 0
    write_section("sensor", "Sensor streams", told("python -m bench.sensor", text))
    missed = [verdict.name for verdict in results.verdicts if not verdict.met]
    for name in missed:
        print(f"missed: {name}", file=sys.stderr)
    return 1 if missed else 0


def _measured(plan: Plan) -> SensorResults:
    say(f"frames over the wire, {plan.wire_rounds} rounds of {len(VARIANTS)} ways")
    over_wire = wire.measure(list(VARIANTS), plan.wire_rounds)
    say(f"spectra, {plan.stft_rounds} rounds of {len(stft.LOADS)} loads")
    spectra = stft.measure(stft.LOADS, plan.stft_rounds)
    watched = []
    for load in (live.FIBRE, *live.SHARED):
        say(f"a live fibre: {load.name}, {load.viewers} viewers")
        watched.append(_live(load, plan.live_seconds))
    say(f"the validator's overhead, {plan.validator_rounds} rounds")
    overhead = validator_overhead.measure(plan.validator_rounds)
    return SensorResults(wire=over_wire, stft=spectra, live=watched, validator=overhead)


def _live(load: live.LiveLoad, seconds: float) -> live.LiveFigure:
    """The client keeps to its core."""
    cores, before = Cores.ours(), os.sched_getaffinity(0)
    os.sched_setaffinity(0, (cores.load,))
    try:
        return asyncio.run(live.measure(load, seconds, cores))
    finally:
        os.sched_setaffinity(0, before)


if __name__ == "__main__":
    sys.exit(main())
