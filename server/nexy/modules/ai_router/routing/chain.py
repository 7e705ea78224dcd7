"""Several providers as one: the next takes over until the first content, never after it."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from nexy.config.ai_router_section import RetryConfig
from nexy.contracts.errors import NexyError, Unavailable
from nexy.contracts.routing import AllProvidersFailed, Answering, Attempt, AttemptStatus, RouteEvent
from nexy.modules.ai_router.provider import Enquiry
from nexy.modules.ai_router.routing.abilities import told_not_able
from nexy.modules.ai_router.routing.blame import REFUSED
from nexy.modules.ai_router.routing.books import Books
from nexy.modules.ai_router.routing.circuit_breaker import BREAKER_OPEN, CircuitState, told_left_alone
from nexy.modules.ai_router.routing.plan import Link, Plan, stands_in
from nexy.modules.ai_router.routing.retrying import Retries
from nexy.modules.ai_router.routing.try_out import TryOut

_log = logging.getLogger("nexy.ai_router")


class ProviderChain:
    """Asks the providers of a plan in order; an answer of nothing but whitespace is a failure like any other.

    What was paid for passes through also where it came to nothing.
    """

    def __init__(self, books: Books, retry: RetryConfig) -> None:
        self._books = books
        self._retry = retry

    async def answer(self, plan: Plan, enquiry: Enquiry) -> AsyncGenerator[RouteEvent, None]:
        """The first answer with content; raises when there is none, or when the answering provider dies midway."""
        story = _Story(plan, self._books)
        for step in plan.steps:
            if isinstance(step, Attempt):
                story.attempts.append(step)
                continue
            breaker = self._books.breakers.of(step.provider.name, step.model)
            retries = Retries(self._retry)
            while (permit := breaker.admit()) is not None:
                with TryOut(step, permit, self._books) as attempt:
                    async with aclosing(step.provider.stream(enquiry, step.model)) as events:
                        async for event in events:
                            for ready in attempt.hold(event):
                                yield ready
                            if attempt.heard is not None:
                                yield story.answering(step, attempt.latency_ms)
                                yield attempt.heard
                                break
                        async for event in events:
                            attempt.note(event)
                            yield event
                    attempt.complete()
                if attempt.failure is None:
                    return
                # Who is left alone from now on was asked and not left out: no wait, and no attempt but those made.
                wait = retries.wait_after(attempt.failure) if breaker.state is CircuitState.CLOSED else None
                story.failed(step, attempt, wait)
                if wait is None:
                    break
                await asyncio.sleep(wait)
            else:
                story.left_alone(step, breaker.seconds_left)
        raise story.ending()


class _Story:
    """What has happened to one question so far."""

    __slots__ = ("_books", "_plan", "attempts", "failures", "waits")

    def __init__(self, plan: Plan, books: Books) -> None:
        self._plan = plan
        self._books = books
        self.attempts: list[Attempt] = []
        self.failures: list[NexyError] = []
        self.waits: list[float] = []

    def answering(self, link: Link, latency_ms: float) -> Answering:
        """The link has begun to speak."""
        name = link.provider.name
        fallback = stands_in(self.attempts, name)
        self.attempts.append(Attempt(provider=name, model=link.model, status=AttemptStatus.OK, latency_ms=latency_ms))
        if self._plan.request_id:
            self._books.quality.remember(self._plan.request_id, name, self._plan.task_type)
        level = logging.INFO if self.failures or self.waits else logging.DEBUG
        if _log.isEnabledFor(level):
            context = {"provider": name, "request_id": self._plan.request_id, "why": self._plan.why}
            _log.log(level, "provider answers", extra={"decision": "route", "ctx": context})
        return Answering(
            provider=name,
            model=link.model,
            attempts=tuple(self.attempts),
            fallback=fallback,
        )

    def failed(self, link: Link, attempt: TryOut, wait: float | None) -> None:
        """The link failed before it said anything; `wait` where it is asked again. Raises what ends the chain."""
        assert attempt.failure is not None
        code = attempt.failure.code
        self.attempts.append(
            Attempt(
                provider=link.provider.name,
                model=link.model,
                status=AttemptStatus.FAILED,
                error=code,
                latency_ms=attempt.latency_ms,
            )
        )
        self.failures.append(attempt.failure)
        if attempt.failure.retry_after_seconds is not None:
            self.waits.append(attempt.failure.retry_after_seconds)
        last = link is self._plan.links[-1]
        decision = "retry" if wait is not None else "error" if last else "degrade"
        context = {"provider": link.provider.name, "code": code, "error": attempt.failure.error_type.value}
        _log.warning("provider failed", extra={"decision": decision, "ctx": {**context, "midway": False}})
        if self._plan.ends_at_refusal and code == REFUSED:
            raise self._told(attempt.failure)

    def left_alone(self, link: Link, seconds: float) -> None:
        """The link's breaker is open."""
        self.waits.append(seconds)
        self.attempts.append(
            Attempt(provider=link.provider.name, model=link.model, status=AttemptStatus.SKIPPED, error=BREAKER_OPEN)
        )

    def ending(self) -> NexyError:
        """The failure of the whole chain."""
        lone = self.failures[-1] if self.failures and len(self._plan.links) == 1 else None
        if lone is not None and (self._plan.own_failure or type(lone) is not Unavailable):
            return self._told(lone)
        wait = min(self.waits, default=None)
        failure = AllProvidersFailed(self._message(lone, wait), self.attempts, wait)
        failure.field = self._plan.beyond_offline or None
        return failure

    def _message(self, lone: NexyError | None, wait: float | None) -> str:
        message = lone.message if lone is not None else "No language model answered."
        if wait is not None and not self.failures:
            message = told_left_alone([one.provider for one in self.attempts if one.error == BREAKER_OPEN], wait)
        return f"{message} {told_not_able(self._plan.beyond_offline)}" if self._plan.beyond_offline else message

    def _told(self, failure: NexyError) -> NexyError:
        failure.attempts = tuple(self.attempts)
        return failure
