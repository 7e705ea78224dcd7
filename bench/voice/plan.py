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
class Rounds:
    """So many windows of each server, each of so many sessions and seconds."""

    rounds: int
    sessions: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that one run measures; `capacity_steps` are tried upwards until a server fails."""

    speech_cpu: Rounds = Rounds(rounds=5, sessions=48, seconds=2.5)
    live_cpu: Rounds = Rounds(rounds=3, sessions=100, seconds=2.5)
    delay: Rounds = Rounds(rounds=4, sessions=12, seconds=4.0)
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
_ONCE = Rounds(rounds=1, sessions=4, seconds=0.3)
QUICK = Plan(
    speech_cpu=_ONCE,
    live_cpu=_ONCE,
    delay=_ONCE,
    capacity_steps=(4,),
    capacity_seconds=0.3,
    session_rounds=1,
    new_sessions=10,
    starts=1,
    speech=replace(SPEECH, sentences=2, token_seconds=0.005),
    live=replace(LIVE, sentences=2, token_seconds=0.005, sound_seconds=0.06),
    short=replace(SHORT, sound_seconds=0.06),
    whole_seconds=50.0,
)
