"""What is measured, in order; every comparison alternates between those who are compared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.router.jobs import Job, jobs
from bench.router.plan import TOKENS, Plan, Rounds
from bench.router.provider import OPENAI_MODEL, Pace, script
from bench.router.stage import NotMeasured, Stage, Target, stage
from bench.router.window import Seen, Window
from bench.voice.accounting import Cores


@dataclass(slots=True, kw_only=True)
class Compared:
    """The windows of one job; those with the same number were measured one after the other.

    `direct` is the provider itself, where what is added to it is asked for.
    """

    name: str
    streamed: bool
    rounds: Rounds
    ours: list[Seen] = field(default_factory=list)
    bare: list[Seen] = field(default_factory=list)
    direct: list[Seen] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Results:
    """Everything that one run saw; `events` are those of our streams that were compared byte by byte."""

    judged: list[Compared] = field(default_factory=list)
    others: list[Compared] = field(default_factory=list)
    paced: list[Compared] = field(default_factory=list)
    added: list[Compared] = field(default_factory=list)
    first: list[Compared] = field(default_factory=list)
    events: int = 0
    pss_mb: float = 0.0
    answers: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Runs the plan: the servers on one core, the load and the provider on another."""

    plan: Plan
    cores: Cores
    say: Callable[[str], None]

    async def run(self, folder: Path) -> Results:
        """All phases; raises `ServerFailed` or `NotMeasured`, and leaves no process behind."""
        async with stage(folder, self.cores, TOKENS) as made:
            return await self._measure(made)

    async def _measure(self, made: Stage) -> Results:
        plan, results, asked = self.plan, Results(), jobs(script(OPENAI_MODEL, TOKENS).answer)
        whole, stream = [job.passing(await made.reply_of(job.baseline)) for job in (asked.whole, asked.stream)]
        results.judged = [await self._compare(made, job, plan.judged) for job in (whole, stream)]
        for job in asked.others:
            known = job.passing(await made.reply_of(job.baseline))
            results.others.append(await self._compare(made, known, plan.others))
        results.paced = [await self._compare(made, stream, plan.paced)]
        results.added = [await self._compare(made, whole, rounds, beside=made.direct) for rounds in plan.added]
        results.first = [await self._compare(made, stream, plan.first, beside=made.direct)]
        streams = (*results.judged[1:], *results.paced, *results.first)
        results.events = sum(seen.answers for each in streams for seen in each.ours) * stream.passed.count(b"\n\n")
        await self._last_look(made.ours, results)
        return results

    async def _compare(self, made: Stage, job: Job, rounds: Rounds, beside: Target | None = None) -> Compared:
        self.say(f"{job.name}, {'streams' if job.streamed else 'requests'}, {rounds.connections} connections")
        await made.play(rounds.pace)
        seen = Compared(name=job.name, streamed=job.streamed, rounds=rounds)
        sides = [(made.ours, seen.ours), (made.bare, seen.bare)] + ([(beside, seen.direct)] if beside else [])
        window = Window(
            stage=made,
            job=job,
            connections=rounds.connections,
            seconds=rounds.seconds,
            pause_seconds=rounds.pause_seconds,
        )
        for number in range(rounds.rounds):
            for target, found in sides if number % 2 else reversed(sides):
                found.append(await window.of(target))
        await made.play(Pace())
        return seen

    @staticmethod
    async def _last_look(ours: Target, results: Results) -> None:
        results.pss_mb = ours.members().pss_mb()
        results.answers, results.rows = ours.answered, await ours.rows()
        if results.rows != results.answers:
            raise NotMeasured(f"{results.answers} answers, but {results.rows} rows in the ledger")


def ratios(seen: Compared) -> Sequence[float]:
    """Ours to the baseline, by pairs of neighbouring windows."""
    return [ours.per_core_second / bare.per_core_second for ours, bare in zip(seen.ours, seen.bare, strict=True)]
