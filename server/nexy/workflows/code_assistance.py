"""The story of one task: budget, route, answer, own check, usage."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress

from nexy.contracts.capabilities import WORDS
from nexy.contracts.clock import Clock
from nexy.contracts.code_answers import Analysis, Completions
from nexy.contracts.errors import NexyError
from nexy.contracts.module import UniversalModuleInterface
from nexy.contracts.routing import (
    AskOffline,
    DescribeProviders,
    DescribeQuality,
    Embeddings,
    EmbedTexts,
    ForeseeTask,
    ForeseeVectors,
    JudgeAnswer,
    Payer,
    ProviderFacts,
    RouteTask,
    Task,
)
from nexy.contracts.routing_table import OFFLINE
from nexy.contracts.usage import UsageSource
from nexy.contracts.words import WordsUsage
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.workflows.code_ledger import CodeLedger
from nexy.workflows.code_metrics import CodeMetrics as Figures
from nexy.workflows.code_reading import Generated, analysed, completed, generated, joined, judged
from nexy.workflows.code_work import NOBODY, Told, Work

_OK = "ok"
_CANCELLED = "cancelled"
_INTERNAL = "internal"
_EMBEDDINGS = "embeddings"


class CodeAssistance:
    """What stands between the doors and the router; it keeps nothing of a task but its usage."""

    def __init__(self, coordinator: ModuleCoordinator, figures: Figures, clock: Clock, max_waiting_rows: int) -> None:
        self._coordinator = coordinator
        self._figures = figures
        self._now = clock.monotonic
        self._ledger = CodeLedger(coordinator, figures, max_waiting_rows)

    @asynccontextmanager
    async def work(self, task: Task) -> AsyncGenerator[Work, None]:
        """One task whose events the block consumes and notes; however the block ends, its usage is kept.

        Raises what `RouteTask` raises, with the attempts, and `BudgetExhausted` before anything is asked.
        """
        work: Work | None = None
        status, began = _INTERNAL, self._now()
        try:
            await self._ledger.open(task.payer.name, task.request_id, ForeseeTask(task=task))
            events = await self._coordinator.get(WORDS).process(RouteTask(task=task))
            work = Work(task, events, began)
            async with aclosing(events):
                yield work
            status = _OK
        except NexyError as failure:
            status = failure.taxonomy.http_name
            if work is None:
                raise
            raise work.with_attempts(failure) from failure
        except (asyncio.CancelledError, GeneratorExit):
            status = _CANCELLED
            raise
        finally:
            provider = work.provider if work is not None else NOBODY
            self._figures.ended(provider, task.task_type, status, self._now() - began)
            if work is not None and work.answering is not None:
                self._figures.answered(cached=work.answering.cached)
            calls = work.calls if work is not None else ()
            await self._ledger.close(task.payer.name, task.request_id, calls, UsageSource.CODE)

    async def answer(self, task: Task) -> tuple[Work, Told]:
        """The whole answer, its words in `Work.text`."""
        now = self._now
        async with self.work(task) as work:
            async for event in work.events:
                work.note(event, now())
            return work, await self.told(work)

    async def told(self, work: Work) -> Told:
        """What the answer says of itself by now."""
        return work.told(self._now(), await self._ledger.cost_of(work.calls))

    async def free_answer(self, task: Task) -> tuple[str, Told]:
        """The answer as it is, judged where its kind of task can be."""
        work, told = await self.answer(task)
        await self.judge_free(work)
        return work.text, told

    async def judge_free(self, work: Work) -> None:
        """Judge an answer that is complete, where its kind of task has a check."""
        sound = judged(work.text, work.task.task_type, work.task.language)
        if sound is not None:
            await self._judge(work.task, sound=sound)

    async def generate(self, task: Task) -> tuple[Generated, Told]:
        """Code and what explains it."""
        work, told = await self.answer(task)
        made = generated(work.text, task.language)
        await self._judge(task, sound=made.sound)
        return made, told

    async def analyze(self, task: Task) -> tuple[Analysis, Told]:
        """The analysis; what can be measured is measured here and not by a model.

        A model that answers in prose has its words for the summary of what the offline rules find.
        """
        work, told = await self.answer(task)
        analysis, sound = analysed(work.text)
        await self._judge(task, sound=sound)
        if told.provider != OFFLINE:
            analysis = joined(analysis, await self._looked_at(task), sound=sound)
        return analysis, told

    async def complete(self, task: Task, most: int) -> tuple[Completions, Told]:
        """At most so many completions."""
        work, told = await self.answer(task)
        assert task.brief is not None
        found, sound = completed(work.text, task.brief, most)
        await self._judge(task, sound=sound)
        return found, told

    async def embed(self, payer: Payer, request_id: str, texts: Sequence[str], model: str) -> Embeddings:
        """Vectors; their usage is kept as that of `embeddings`."""
        status, provider, began = _INTERNAL, NOBODY, self._now()
        calls: tuple[WordsUsage, ...] = ()
        try:
            await self._ledger.open(payer.name, request_id, ForeseeVectors(texts=texts, model=model))
            found = await self._coordinator.get(WORDS).process(EmbedTexts(texts=texts, model=model))
            status, provider = _OK, found.provider
            calls = (
                WordsUsage(
                    provider=found.provider,
                    model=found.model,
                    input_tokens=found.input_tokens,
                    output_tokens=0,
                    request_id=found.request_id,
                ),
            )
            return found
        except NexyError as failure:
            status = failure.taxonomy.http_name
            raise
        except asyncio.CancelledError:
            status = _CANCELLED
            raise
        finally:
            self._figures.ended(provider, _EMBEDDINGS, status, self._now() - began)
            await self._ledger.close(payer.name, request_id, calls, UsageSource.EMBEDDINGS)

    async def feedback(self, request_id: str, score: float) -> bool:
        """A person's judgement; false for a request that is not remembered."""
        return await self._coordinator.get(WORDS).process(JudgeAnswer(request_id=request_id, score=score))

    def router(self) -> UniversalModuleInterface:
        """The source of words; raises `Unavailable` where it does not run."""
        return self._coordinator.get(WORDS)

    async def providers(self) -> Sequence[ProviderFacts]:
        """Every provider that Nexy knows."""
        return await self._coordinator.get(WORDS).process(DescribeProviders())

    async def show_figures(self) -> None:
        """Bring the gauges up to date; without a router they stay as they are."""
        with suppress(NexyError):
            words = self._coordinator.get(WORDS)
            self._figures.show(await words.process(DescribeProviders()), await words.process(DescribeQuality()))

    async def _judge(self, task: Task, *, sound: bool) -> None:
        with suppress(NexyError):
            await self._coordinator.get(WORDS).process(JudgeAnswer(request_id=task.request_id, score=float(sound)))

    async def _looked_at(self, task: Task) -> Analysis:
        """What the offline brain counts and finds in the syntax tree; empty where it cannot."""
        if task.brief is not None:
            with suppress(NexyError):
                return analysed(await self._coordinator.get(WORDS).process(AskOffline(brief=task.brief)))[0]
        return Analysis()

    async def cleanup(self) -> None:
        """Let the last usage be kept."""
        await self._ledger.cleanup()
