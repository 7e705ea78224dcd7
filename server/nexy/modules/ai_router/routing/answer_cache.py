"""Answers that were given before to the very same question of the same tenant.

Kept are complete answers of a model in words, to questions without tools, pictures and a temperature above 0: who
asks for variety gets it, who leaves the temperature to the provider gets the answer that is there. Not kept are
those of somebody who stood in for a failing provider: the better one is asked again as soon as it is back.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress

import msgspec

from nexy.config.ai_router_section import AnswerCacheConfig
from nexy.contracts.completions import Finished, FinishReason, ToolCallDelta
from nexy.contracts.coordination import Coordination
from nexy.contracts.errors import NexyError
from nexy.contracts.routing import Answering, Attempt, AttemptStatus, PassedBytes, RouteEvent, Task
from nexy.contracts.routing_table import OFFLINE
from nexy.contracts.words import WordsDelta
from nexy.modules.ai_router.routing.circuit_breaker import BREAKER_OPEN
from nexy.modules.ai_router.routing.plan import Plan, stands_in
from nexy.modules.ai_router.routing.quality import QualityBook

_FORM = 2
_LINES = ("\r\n", "\r")


class Kept(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One answer, as words or as the bytes that a client of the OpenAI wire gets; `latency_ms` as it was made."""

    provider: str
    model: str
    text: str = ""
    passed: bytes = b""
    latency_ms: float = 0.0


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Kept).decode


def key_of(task: Task, plan: Plan) -> str:
    """Where the answer is kept; empty for a task whose answer is not. A changed routing table changes the key."""
    question = task.question
    if not task.cacheable or question.tools or question.pictures or question.temperature:
        return ""
    asked: object = (
        [(message.role, _plain(message.text)) for message in question.messages],
        question.max_tokens, question.temperature, question.top_p, question.stop, question.shape, question.schema,
        # Where a cursor stands is told by the blanks before it.
        (task.brief.prefix, task.brief.suffix) if task.brief is not None else (),
    )  # fmt: skip
    if task.passed is not None:
        asked = task.passed.body
    whom = [(link.provider.name, link.model) for link in plan.links]
    try:
        written = _encode((_FORM, task.payer.tenant, task.task_type, task.language.lower(), whom, asked))
    except UnicodeEncodeError:
        return ""
    return f"answer:{hashlib.blake2b(written, digest_size=20).hexdigest()}"


def _plain(text: str) -> str:
    for line_end in _LINES:
        text = text.replace(line_end, "\n")
    return text.strip()


class _Flight:
    """One question on its way to a provider; `in_vain`: its answer came and was not kept."""

    __slots__ = ("ended", "in_vain")

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.in_vain = False


class AnswerCache:
    """Gives kept answers again, and lets only one of those who ask the same at the same time go to a provider.

    While coordination is away every question is new.
    """

    def __init__(
        self, coordination: Coordination, config: AnswerCacheConfig, quality: QualityBook, patience_seconds: float
    ) -> None:
        self._coordination = coordination
        self._quality = quality
        self._config = config
        self._patience = patience_seconds
        self._flights: dict[str, _Flight] = {}

    async def answer(
        self, key: str, plan: Plan, ask: Callable[[], AsyncGenerator[RouteEvent, None]]
    ) -> AsyncGenerator[RouteEvent, None]:
        """The kept answer, which costs nothing, or the one that `ask` gives, which is kept for the next."""
        kept = await self._get(key) or await self._of_another(key)
        if kept is not None:
            self._quality.remember(plan.request_id, kept.provider, plan.task_type)
            for event in _told_again(kept, plan):
                yield event
            return
        flight = None if key in self._flights else self._flights.setdefault(key, _Flight())
        recording = _Recording(self._config.max_answer_bytes)
        try:
            async with aclosing(ask()) as events:
                async for event in events:
                    recording.note(event)
                    yield event
            await self._keep(key, recording.kept)
            if flight is not None:
                flight.in_vain = recording.kept is None
        finally:
            if flight is not None:
                del self._flights[key]
                flight.ended.set()

    async def _of_another(self, key: str) -> Kept | None:
        """What somebody else is being told right now, once it is complete; None when it is better not to wait.

        Where an answer came that is not kept, the next one would not be either: all others ask at once, not in turn.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                while (flight := self._flights.get(key)) is not None:
                    await flight.ended.wait()
                    if flight.in_vain:
                        return None
                    if kept := await self._get(key):
                        return kept
        return None

    async def _get(self, key: str) -> Kept | None:
        try:
            value = await self._coordination.cache_get(key)
            return None if value is None else _decode(value)
        except (NexyError, msgspec.DecodeError):
            return None

    async def _keep(self, key: str, kept: Kept | None) -> None:
        if kept is not None:
            with suppress(NexyError):
                await self._coordination.cache_set(key, _encode(kept), self._config.exact_seconds)


def _told_again(kept: Kept, plan: Plan) -> tuple[RouteEvent, ...]:
    """As it was told when it was made: what is kept came from the first who could be asked, in no trouble."""
    left_out = plan.left_out_first
    made = Attempt(provider=kept.provider, model=kept.model, status=AttemptStatus.OK, latency_ms=kept.latency_ms)
    answering = Answering(
        provider=kept.provider,
        model=kept.model,
        attempts=(*left_out, made),
        fallback=stands_in(left_out, kept.provider),
        cached=True,
    )
    content = PassedBytes(data=kept.passed) if kept.passed else WordsDelta(text=kept.text)
    return answering, content, Finished()


class _Recording:
    """An answer on its way, as far as it may be kept."""

    __slots__ = ("_answering", "_good", "_left", "_passed", "_text")

    def __init__(self, max_bytes: int) -> None:
        self._left = max_bytes
        self._good = True
        self._answering: Answering | None = None
        self._text: list[str] = []
        self._passed: list[bytes] = []

    def note(self, event: RouteEvent) -> None:
        """The caller gets this."""
        match event:
            case WordsDelta(text=text):
                self._left -= len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
                self._text.append(text)
            case PassedBytes(data=data):
                self._left -= len(data)
                self._passed.append(data)
            case Answering():
                self._answering = event
                self._good = (
                    event.provider != OFFLINE and not event.cached and not any(map(_in_trouble, event.attempts))
                )
            case Finished(reason=reason):
                self._good = self._good and reason is FinishReason.STOP
            case ToolCallDelta():
                self._good = False
            case _:
                pass
        if self._left < 0:
            self._good = False
            self._text.clear()
            self._passed.clear()

    @property
    def kept(self) -> Kept | None:
        """What may be kept of it."""
        if not self._good or self._answering is None:
            return None
        text, passed = "".join(self._text), b"".join(self._passed)
        who = self._answering
        return Kept(
            provider=who.provider,
            model=who.model,
            text=text,
            passed=passed,
            latency_ms=who.attempts[-1].latency_ms if who.attempts else 0.0,
        )


def _in_trouble(attempt: Attempt) -> bool:
    return attempt.status is AttemptStatus.FAILED or attempt.error == BREAKER_OPEN
