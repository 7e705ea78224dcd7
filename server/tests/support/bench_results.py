"""What a run of the voice benchmark may have seen."""

from dataclasses import replace

from bench.voice.footprint import Footprint
from bench.voice.new_session import SessionCost
from bench.voice.phases import Compared, Results
from bench.voice.plan import FULL
from bench.voice.window import Seen

TURN = FULL.live.turn_seconds


def seen(sessions: int = 100, cpu: float = 1.0, p95: float = 3.0, **other: float) -> Seen:
    """One window that went well, but for what is given."""
    window = Seen(
        sessions=sessions,
        turns=100,
        recut=0,
        errors=0,
        mean_turn_seconds=TURN,
        sound_seconds=1000.0,
        server_cpu_seconds=cpu,
        load_share=0.3,
        strangers_share=0.0,
        delays=300,
        delay_p50_ms=1.0,
        delay_p95_ms=p95,
    )
    return replace(window, **other)


def results(ours_cpu: float = 1.2, p95: float = 3.0, most: int = 300) -> Results:
    """A whole run: processor seconds of ours beside 1.0 of the baseline, the delay, and the largest step that held."""
    compared = Compared(ours=[seen(cpu=ours_cpu, p95=p95)], bare=[seen()])
    steps = [seen(count, p95=3.0 if count <= most else 300.0) for count in (150, 250, 350, most)]
    cost = [SessionCost(whole_cpu_ms=1.5, added_cpu_ms=0.5, memory_mb=0.04)]
    return Results(
        footprint=Footprint(ready_seconds=[0.6], idle_pss_mb=[90.0], processes=3),
        speech_cpu=compared,
        live_cpu=compared,
        delay=compared,
        capacity=Compared(ours=steps, bare=steps),
        our_sessions=cost,
        bare_sessions=cost,
    )
