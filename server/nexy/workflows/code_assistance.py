"""The story of one task: budget, route, answer, own check, usage."""

import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress

from nexy.config.code_search_section import CodeGroundingConfig
from nexy.contracts.capabilities import CODE_SEARCH, WORDS
from nexy.contracts.clock import Clock
from nexy.contracts.code_answers import Analysis, Completions
from nexy.contracts.code_hits import Hit
from nexy.contracts.code_search import FindCode, Found
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
    TaskType,
)
from nexy.contracts.routing_table import OFFLINE
from nexy.contracts.usage import UsageSource
from nexy.contracts.words import WordsUsage
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.workflows.code_ending import Ending
from nexy.workflows.code_grounding import CodeGrounding
from nexy.workflows.code_ledger import CodeLedger
from nexy.workflows.code_metrics import CodeMetrics as Figures
from nexy.workflows.code_reading import Generated, analysed, completed, generated, joined, judged
from nexy.workflows.code_work import NOBODY, Told, Work, told_of_search
from nexy.workflows.found_code import cited

_EMBEDDINGS = "embeddings"
_GROUNDING = CodeGroundingConfig()


class CodeAssistance:
    """What stands between the doors and the router; it keeps nothing of a task but its usage."""

    def __init__(
        self,
        coordinator: ModuleCoordinator,
        figures: Figures,
        clock: Clock,
        max_waiting_rows: int,
        grounding: CodeGroundingConfig = _GROUNDING,
    ) -> None:
        self._coordinator = coordinator
        self._grounding = CodeGrounding(coordinator, grounding)
        self._figures = figures
        self._now = clock.monotonic
        self._ledger = CodeLedger(coordinator, figures, max_waiting_rows)

    @asynccontextmanager
    async def work(self, task: Task) -> AsyncGenerator[Work, None]:
        """One task whose events the block consumes and notes; it leans on what the index has for it.

        However the block ends, its usage is kept.

        Raises what `RouteTask` raises, with the attempts, and `BudgetExhausted` before anything is asked.
        """
        work: Work | None = None
        ending, began, looked = Ending(), self._now(), Found()
        try:
            with ending:
                # The budget before the search, which may pay for a vector, and once more for what was found.
                await self._ledger.open(task.payer.name, task.request_id, ForeseeTask(task=task))
                grounded, looked = await self._grounding.ground(task)
                if grounded is not task:
                    task = grounded
                    await self._ledger.open_again(task.payer.name, task.request_id, ForeseeTask(task=task))
                events = await self._coordinator.get(WORDS).process(RouteTask(task=task))
                work = Work(task, events, began, looked)
                async with aclosing(events):
                    yield work
        except NexyError as failure:
            if work is None:
                raise
            raise work.with_attempts(failure) from failure
        finally:
            provider = work.provider if work is not None else NOBODY
            self._figures.ended(provider, task.task_type, ending.status, self._now() - began)
            if work is not None and work.answering is not None:
                self._figures.answered(cached=work.answering.cached)
            calls = (*looked.calls, *(work.calls if work is not None else ()))
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

    async def free_answer(self, task: Task) -> tuple[Work, Told]:
        """The answer as it is, judged where its kind of task can be."""
        work, told = await self.answer(task)
        await self.judge_free(work)
        return work, told

    async def judge_free(self, work: Work) -> None:
        """Judge an answer that is complete, where its kind of task has a check."""
        sound = judged(work.text, work.task.task_type, work.task.language)
        if sound is not None or work.found:
            await self._judge(work.task, sound=sound is not False and work.cited[1])

    async def generate(self, task: Task) -> tuple[Generated, Sequence[Hit], Told]:
        """Code, what explains it, and the places that it leans on."""
        work, told = await self.answer(task)
        made = generated(work.text, task.language)
        sources, exist = cited(made.explanation, work.found)
        await self._judge(task, sound=made.sound and exist)
        return made, sources, told

    async def analyze(self, task: Task) -> tuple[Analysis, Told]:
        """The analysis; what can be measured is measured here and not by a model.

        A model that answers in prose has its words for the summary of what the offline rules find.
        """
        work, told = await self.answer(task)
        analysis, sound = analysed(work.text)
        await self._judge(task, sound=sound)
        if told.provider != OFFLINE:
            analysis = joined(analysis, await self._looked_at(work.task), sound=sound)
        return analysis, told

    async def complete(self, task: Task, most: int) -> tuple[Completions, Told]:
        """At most so many completions."""
        work, told = await self.answer(task)
        assert task.brief is not None
        found, sound = completed(work.text, task.brief, most)
        await self._judge(task, sound=sound)
        return found, told

    async def search(self, payer: Payer, request_id: str, wish: FindCode) -> tuple[Found, Told]:
        """What the index has; raises what `FindCode` raises, `Unavailable` where no search runs, and `BudgetExhausted`
        where the vector of the question is paid for.
        """
        ending, found, began = Ending(), Found(), self._now()
        try:
            with ending:
                await self._ledger.open_search(payer.name, request_id, wish)
                found = await self._coordinator.get(CODE_SEARCH).process(wish)
        finally:
            self._figures.ended(found.provider, TaskType.SEMANTIC_SEARCH, ending.status, self._now() - began)
            self._figures.answered(cached=found.cached)
            await self._ledger.close(payer.name, request_id, found.calls, UsageSource.EMBEDDINGS)
        duration_ms = round((self._now() - began) * 1000, 3)
        return found, told_of_search(found, request_id, duration_ms, await self._ledger.cost_of(found.calls))

    async def embed(self, payer: Payer, request_id: str, texts: Sequence[str], model: str) -> Embeddings:
        """Vectors; their usage is kept as that of `embeddings`."""
        ending, provider, began = Ending(), NOBODY, self._now()
        calls: tuple[WordsUsage, ...] = ()
        try:
            with ending:
                await self._ledger.open(payer.name, request_id, ForeseeVectors(texts=texts, model=model))
                found = await self._coordinator.get(WORDS).process(EmbedTexts(texts=texts, model=model))
            provider, calls = found.provider, (found.usage,)
            return found
        finally:
            self._figures.ended(provider, _EMBEDDINGS, ending.status, self._now() - began)
            await self._ledger.close(payer.name, request_id, calls, UsageSource.EMBEDDINGS)

    async def keep(self, payer: str, calls: Sequence[WordsUsage]) -> None:
        """Record vectors that were paid outside of a task: those of an index, or of a spoken question."""
        if calls:
            await self._ledger.close(payer, str(uuid.uuid4()), calls, UsageSource.EMBEDDINGS)

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
