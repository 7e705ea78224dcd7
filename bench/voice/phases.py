"""What is measured, in order; every comparison alternates between the two servers."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.voice.accounting import Cores
from bench.voice.footprint import Footprint, footprint
from bench.voice.new_session import NewSessions, SessionCost
from bench.voice.pair import Pair, both
from bench.voice.plan import Plan, Rounds
from bench.voice.scripted_llm import ScriptedLlm
from bench.voice.servers import Server
from bench.voice.window import Seen, Window

CAPACITY_DELAY_MS = 100.0
_SLOWER_THAN_THE_MODEL = 1.1
_RECUT_SHARE = 0.01
_ROUND_TO = 10


@dataclass(slots=True, kw_only=True)
class Compared:
    """The windows of one comparison; `ours[n]` and `bare[n]` were measured one after the other."""

    ours: list[Seen] = field(default_factory=list)
    bare: list[Seen] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Results:
    """Everything that one run saw."""

    footprint: Footprint = field(default_factory=Footprint)
    speech_cpu: Compared = field(default_factory=Compared)
    live_cpu: Compared = field(default_factory=Compared)
    delay: Compared = field(default_factory=Compared)
    capacity: Compared = field(default_factory=Compared)
    our_sessions: list[SessionCost] = field(default_factory=list)
    bare_sessions: list[SessionCost] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Runs the plan: the servers on one core, the load and the model in this process on another."""

    plan: Plan
    cores: Cores
    say: Callable[[str], None]

    async def run(self) -> Results:
        """All phases; raises `ServerFailed` or `NotTheSame`, and leaves no process behind."""
        plan, results = self.plan, Results()
        with tempfile.TemporaryDirectory(prefix="nexy-bench-") as made:
            folder = Path(made)
            self.say("start and idle memory")
            results.footprint = await footprint(folder / "installed", plan.starts, self.cores.everything)
            async with ScriptedLlm(plan.speech) as llm:
                async with both(folder / "speech", llm, plan.speech, (self.cores.server,)) as pair:
                    await self._speech(pair, llm, results)
                async with both(folder / "live", llm, plan.live, (self.cores.server,)) as pair:
                    await self._live(pair, llm, results)
        return results

    async def _speech(self, pair: Pair, llm: ScriptedLlm, results: Results) -> None:
        plan = self.plan
        self.say("processor time per second of sound, speech at its own pace")
        results.speech_cpu = await self._compare(pair, llm, plan.speech_cpu)
        self.say("delay from the deciding token to the first sound")
        results.delay = await self._compare(pair, llm, plan.delay)

    async def _live(self, pair: Pair, llm: ScriptedLlm, results: Results) -> None:
        plan = self.plan
        self.say("cost of a new session")
        llm.play(plan.short)
        await self._new_sessions(pair, results)
        llm.play(plan.live)
        self.say("processor time per second of sound, live sessions")
        results.live_cpu = await self._compare(pair, llm, plan.live_cpu)
        self.say("live sessions on one core")
        results.capacity = await self._capacity(pair, llm)

    async def _compare(self, pair: Pair, llm: ScriptedLlm, wanted: Rounds) -> Compared:
        seen = Compared()
        for number in range(wanted.rounds):
            for server in pair.in_turns(number):
                window = await self._window(server, llm, wanted.sessions, wanted.seconds)
                (seen.ours if server is pair.ours else seen.bare).append(window)
        return seen

    async def _window(self, server: Server, llm: ScriptedLlm, sessions: int, seconds: float) -> Seen:
        return await Window(server, llm, sessions=sessions, seconds=seconds, cores=self.cores).measure()

    async def _new_sessions(self, pair: Pair, results: Results) -> None:
        asked = {server.name: NewSessions(server, self.plan.new_sessions) for server in (pair.ours, pair.bare)}
        for sessions in asked.values():
            await sessions.warm()
        for number in range(self.plan.session_rounds):
            for server in pair.in_turns(number):
                found = results.our_sessions if server is pair.ours else results.bare_sessions
                found.append(await asked[server.name].cost())

    async def _capacity(self, pair: Pair, llm: ScriptedLlm) -> Compared:
        """Upwards until it fails, then once between the last two."""
        seen = Compared()
        sides = ((pair.ours, seen.ours), (pair.bare, seen.bare))
        for step in self.plan.capacity_steps:
            for server, found in sides:
                if len(found) == len(carried(found, llm.load.turn_seconds)):
                    found.append(await self._step(server, llm, step))
        for server, found in sides:
            if between := step_between(found, llm.load.turn_seconds):
                found.append(await self._step(server, llm, between))
        return seen

    async def _step(self, server: Server, llm: ScriptedLlm, sessions: int) -> Seen:
        """One try, or a second one: strangers on the machine may spoil the first."""
        seen = await self._window(server, llm, sessions, self.plan.capacity_seconds)
        if holds(seen, llm.load.turn_seconds):
            return seen
        return await self._window(server, llm, sessions, self.plan.capacity_seconds)


def holds(seen: Seen, turn_seconds: float) -> bool:
    """Whether so many sessions are live: nobody is refused, kept waiting, or slower than the model."""
    return (
        seen.errors == 0
        and seen.turns > 0
        and seen.recut <= _RECUT_SHARE * seen.turns
        and seen.delay_p95_ms < CAPACITY_DELAY_MS
        and seen.mean_turn_seconds < _SLOWER_THAN_THE_MODEL * turn_seconds
    )


def carried(found: Sequence[Seen], turn_seconds: float) -> Sequence[Seen]:
    """The windows that held, fewest sessions first."""
    return sorted((seen for seen in found if holds(seen, turn_seconds)), key=lambda seen: seen.sessions)


def step_between(found: Sequence[Seen], turn_seconds: float) -> int:
    held = [seen.sessions for seen in carried(found, turn_seconds)]
    failed = [seen.sessions for seen in found if not holds(seen, turn_seconds)]
    if not failed:
        return 0
    return (max(held, default=0) + min(failed)) // 2 // _ROUND_TO * _ROUND_TO
