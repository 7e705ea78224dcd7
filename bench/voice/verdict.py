"""The figures of one run beside what `quality.md` asks for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.voice.new_session import SessionCost
from bench.voice.phases import Compared, Results, carried
from bench.voice.plan import Plan
from bench.voice.spread import Spread
from bench.voice.window import Seen

_LOAD_IS_FULL = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row: what was asked for, what was reached, and the same of the baseline."""

    what: str
    must: str
    aim: str
    reached: str
    baseline: str
    met: bool
    aimed: bool

    @property
    def verdict(self) -> str:
        """In one word."""
        if self.met:
            return "aim" if self.aimed else "must"
        return "missed"


def figures(results: Results, plan: Plan) -> Sequence[Figure]:
    """Every row of the table."""
    return (
        _cpu("CPU per second of sound, speech at its own pace", results.speech_cpu),
        _cpu("CPU per second of sound, live sessions", results.live_cpu),
        _delay(results.delay, plan),
        _capacity(results.capacity, plan),
        *_sessions(results.our_sessions, results.bare_sessions),
        *_footprint(results),
    )


def _cpu(what: str, rounds: Compared) -> Figure:
    ours, bare = ([seen.cpu_ms_per_sound_second for seen in side] for side in (rounds.ours, rounds.bare))
    ratio = Spread.of([mine / other for mine, other in zip(ours, bare, strict=True)])
    return Figure(
        what=f"{what}: ratio to the baseline, per pair of rounds",
        must="≤ 2.0×",
        aim="1.3×",
        reached=f"{ratio.text(2)}×; {Spread.of(ours).text(2)} ms",
        baseline=f"{Spread.of(bare).text(2)} ms",
        met=ratio.median <= 2.0,
        aimed=ratio.median <= 1.3,
    )


def _delay(rounds: Compared, plan: Plan) -> Figure:
    ours, bare = (Spread.of([seen.delay_p95_ms for seen in side]) for side in (rounds.ours, rounds.bare))
    return Figure(
        what=f"deciding token → first sound at the client, {plan.delay.sessions} sessions, p95",
        must="≤ 10 ms",
        aim="5 ms",
        reached=f"{ours.text(1)} ms",
        baseline=f"{bare.text(1)} ms",
        met=ours.median <= 10,
        aimed=ours.median <= 5,
    )


def _capacity(rounds: Compared, plan: Plan) -> Figure:
    count = max((seen.sessions for seen in carried(rounds.ours, plan.live.turn_seconds)), default=0)
    return Figure(
        what="live sessions on one core with that p95 < 100 ms",
        must="≥ 150",
        aim="250",
        reached=_carried_text(rounds.ours, plan),
        baseline=_carried_text(rounds.bare, plan),
        met=count >= 150,
        aimed=count >= 250,
    )


def _carried_text(found: Sequence[Seen], plan: Plan) -> str:
    held = carried(found, plan.live.turn_seconds)
    if not held:
        return f"fewer than {min(seen.sessions for seen in found)}"
    best, tried = held[-1], max(found, key=lambda seen: seen.sessions)
    open_end = tried is best or tried.load_share > _LOAD_IS_FULL
    return f"{'≥ ' if open_end else ''}{best.sessions} (p95 {best.delay_p95_ms:.0f} ms)"


def _sessions(ours: Sequence[SessionCost], bare: Sequence[SessionCost]) -> Sequence[Figure]:
    def spread(side: Sequence[SessionCost], pick: Callable[[SessionCost], float]) -> Spread:
        return Spread.of([pick(cost) for cost in side])

    cpu, base_cpu = (spread(side, lambda cost: cost.whole_cpu_ms) for side in (ours, bare))
    memory, base_memory = (spread(side, lambda cost: cost.memory_mb) for side in (ours, bare))
    return (
        Figure(
            what="a new session, its connection and a shortest first turn included: CPU",
            must="≤ 5 ms",
            aim="2 ms",
            reached=f"{cpu.text(2)} ms",
            baseline=f"{base_cpu.text(2)} ms",
            met=cpu.median <= 5,
            aimed=cpu.median <= 2,
        ),
        Figure(
            what="a new session, while its connection and call stay open: memory",
            must="≤ 0.5 MB",
            aim="0.05 MB",
            reached=f"{memory.text(3)} MB",
            baseline=f"{base_memory.text(3)} MB",
            met=memory.median <= 0.5,
            aimed=memory.median <= 0.05,
        ),
    )


def _footprint(results: Results) -> Sequence[Figure]:
    pss, ready = Spread.of(results.footprint.idle_pss_mb), Spread.of(results.footprint.ready_seconds)
    return (
        Figure(
            what=f"idle PSS of the server and its workers ({results.footprint.processes} processes)",
            must="≤ 200 MB",
            aim="120 MB",
            reached=f"{pss.text(0)} MB",
            baseline="–",
            met=pss.median <= 200,
            aimed=pss.median <= 120,
        ),
        Figure(
            what="ready (health says SERVING), second start and later",
            must="≤ 3 s",
            aim="1.5 s",
            reached=f"{ready.text(2)} s",
            baseline="–",
            met=ready.median <= 3,
            aimed=ready.median <= 1.5,
        ),
    )
