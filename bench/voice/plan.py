"""How much is measured."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bench.voice.load import Load

# Twelve words in four seconds are 180 a minute: speech at its own pace.
SPEECH = Load(name="speech", sentences=4, token_seconds=0.03, sound_seconds=4.0)
# As many seconds of sound as the tokens take to come: a session that is spoken to without a pause.
LIVE = Load(name="live", sentences=4, token_seconds=0.03, sound_seconds=0.36)
# The shortest turn; what is left is the session itself.
SHORT = Load(name="short", sentences=1, token_seconds=0.0, sound_seconds=LIVE.sound_seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Rounds, sessions and seconds; `capacity_steps` are tried upwards until a server fails."""

    cpu_rounds: int = 5
    live_cpu_rounds: int = 3
    cpu_sessions: int = 24
    live_cpu_sessions: int = 100
    delay_rounds: int = 3
    delay_sessions: int = 12
    window_seconds: float = 2.5
    delay_window_seconds: float = 4.0
    capacity_steps: Sequence[int] = (150, 250, 350, 450, 600)
    capacity_seconds: float = 2.5
    session_rounds: int = 3
    new_sessions: int = 200
    starts: int = 3
    speech: Load = SPEECH
    live: Load = LIVE
    short: Load = SHORT
    whole_seconds: float = 290.0


FULL = Plan()
QUICK = Plan(
    cpu_rounds=1,
    live_cpu_rounds=1,
    cpu_sessions=4,
    live_cpu_sessions=4,
    delay_rounds=1,
    delay_sessions=2,
    window_seconds=0.5,
    delay_window_seconds=0.5,
    capacity_steps=(4,),
    capacity_seconds=0.5,
    session_rounds=1,
    new_sessions=10,
    starts=1,
    speech=replace(SPEECH, sentences=2, token_seconds=0.005),
    live=replace(LIVE, sentences=2, token_seconds=0.005, sound_seconds=0.06),
    short=replace(SHORT, sound_seconds=0.06),
    whole_seconds=60.0,
)
