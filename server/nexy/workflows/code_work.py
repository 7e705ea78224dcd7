"""One task under way: who answers, what was tried, what it has cost so far."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace

from nexy.contracts.code_hits import Hit
from nexy.contracts.code_search import Found
from nexy.contracts.completions import Finished, FinishReason, ToolCallDelta
from nexy.contracts.errors import NexyError, Unavailable
from nexy.contracts.routing import (
    AllProvidersFailed,
    Answering,
    Attempt,
    AttemptStatus,
    PassedBytes,
    RouteEvent,
    Task,
    TaskType,
)
from nexy.contracts.words import WordsDelta, WordsUsage
from nexy.utils.words_meter import WordsMeter
from nexy.workflows.found_code import cited

_EVENT_END = b"\n\n"
_BYTES_PER_TOKEN = 4
NOBODY = "none"
_NOT_LOOKED = Found()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What every answer says of itself; None where nobody counted, or where a model has no price (USD).

    `added_ms` is what we added to the time that the providers took.
    """

    provider: str
    model: str
    task_type: str
    fallback: bool
    attempts: Sequence[Attempt]
    cached: bool
    duration_ms: float
    added_ms: float
    tokens_used: int | None
    cost: float | None
    request_id: str


class Work:
    """Sees every event of one answer; `texts` are its words where they are collected, `looked` what the index had."""

    __slots__ = (
        "_ended", "_first", "_meter", "_passed", "answering", "began", "events", "finished", "looked", "task", "texts",
    )  # fmt: skip

    def __init__(
        self, task: Task, events: AsyncGenerator[RouteEvent, None], began: float, looked: Found = _NOT_LOOKED
    ) -> None:
        self.task = task
        self.looked = looked
        self.events = events
        self.began = began
        self.answering: Answering | None = None
        self.finished: FinishReason | None = None
        self.texts: list[str] = []
        self._meter = WordsMeter()
        self._passed: int | None = None
        self._first = self._ended = began

    def note(self, event: RouteEvent, now: float) -> None:
        """The router has given this at this monotonic second."""
        match event:
            case PassedBytes(data=data):
                # One event of the wire is about one token; an answer in one piece is counted by its length.
                self._passed = (self._passed or 0) + (data.count(_EVENT_END) or len(data) // _BYTES_PER_TOKEN)
            case WordsDelta(text=text):
                self.texts.append(text)
                self._meter.note(event)
            case ToolCallDelta(name=name, arguments=arguments):
                self._meter.note(WordsDelta(text=name + arguments))
            case Answering():
                self.answering, self._first = event, now
            case Finished(reason=reason):
                self.finished, self._ended = reason, now
            case _:
                self._meter.note(event)

    @property
    def text(self) -> str:
        """The answer's words so far."""
        return "".join(self.texts)

    @property
    def found(self) -> Sequence[Hit]:
        """The places of indexed code that the answer may lean on."""
        return self.task.brief.found if self.task.brief else ()

    @property
    def cited(self) -> tuple[Sequence[Hit], bool]:
        """The places that the words cite, and whether all of these exist."""
        return cited(self.text, self.found)

    @property
    def calls(self) -> Sequence[WordsUsage]:
        """Every call so far that used tokens; one that was cut is estimated."""
        calls = tuple([call for call in self._meter.calls if call.input_tokens or call.output_tokens])
        if not self._passed or not calls or not calls[-1].estimated:
            return calls
        return (*calls[:-1], replace(calls[-1], output_tokens=max(calls[-1].output_tokens, self._passed)))

    @property
    def passes(self) -> bool:
        """Whether the answer is a provider's own bytes."""
        return self._passed is not None

    @property
    def provider(self) -> str:
        """Who answers, or was tried last."""
        return self.answering.provider if self.answering else NOBODY

    def added_ms(self, now: float) -> float:
        """What of the time until now was ours; before the end of an answer all but the attempts."""
        # What a kept answer took when it was made was not waited for now.
        asked = self.answering.attempts if self.answering and not self.answering.cached else ()
        waited = sum(attempt.latency_ms for attempt in asked)
        spoken = max(self._ended - self._first, 0.0)
        return max((now - self.began - spoken) * 1000 - waited, 0.0)

    def told(self, now: float, cost: float | None) -> Told:
        """What the answer says of itself; raises `Unavailable` where nobody answered."""
        answering, calls = self.answering, self.calls
        if answering is None:
            raise Unavailable("No language model answered.", code="all_providers_failed")
        counted = not any(call.estimated for call in calls)
        return Told(
            provider=answering.provider,
            model=answering.model,
            task_type=self.task.task_type,
            fallback=answering.fallback,
            attempts=answering.attempts,
            cached=answering.cached,
            duration_ms=round((now - self.began) * 1000, 3),
            added_ms=round(self.added_ms(now), 3),
            tokens_used=sum(call.input_tokens + call.output_tokens for call in calls) if counted else None,
            cost=cost,
            request_id=self.task.request_id,
        )

    def with_attempts(self, failure: NexyError) -> NexyError:
        """The failure with what was tried; who answered and broke off has failed too."""
        if self.answering is None or failure.attempts:
            return failure
        *before, last = self.answering.attempts
        attempts = (*before, replace(last, status=AttemptStatus.FAILED, error=failure.code))
        if isinstance(failure, Unavailable):
            return AllProvidersFailed(failure.message, attempts, failure.retry_after_seconds)
        failure.attempts = attempts
        return failure


def told_of_search(found: Found, request_id: str, duration_ms: float, cost: float | None) -> Told:
    """What a search says of itself: nobody but the maker of the question's vector was asked, if anybody was."""
    return Told(
        provider=found.provider,
        model=found.model,
        task_type=TaskType.SEMANTIC_SEARCH,
        fallback=False,
        attempts=(),
        cached=found.cached,
        duration_ms=duration_ms,
        added_ms=duration_ms,
        tokens_used=sum(call.input_tokens + call.output_tokens for call in found.calls),
        cost=cost if found.calls else 0.0,
        request_id=request_id,
    )
