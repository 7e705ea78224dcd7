"""One try of one provider: held back until its first content, settled however it ends."""

import logging
from collections.abc import Sequence
from types import TracebackType
from typing import assert_never

from nexy.contracts.completions import Finished, FinishReason, ToolCallDelta
from nexy.contracts.errors import NexyError, Unavailable, ValidationFailed
from nexy.contracts.routing import PassedBytes
from nexy.contracts.words import WordsBegun, WordsDelta, WordsUsage
from nexy.modules.ai_router.provider import ProviderEvent
from nexy.modules.ai_router.routing.blame import BLOCKED, is_trouble, name_the_key
from nexy.modules.ai_router.routing.books import Books
from nexy.modules.ai_router.routing.circuit_breaker import Permit
from nexy.modules.ai_router.routing.plan import Link

_log = logging.getLogger("nexy.ai_router")


class TryOut:
    """The context of one call: swallows a failure that comes before any content, and keeps it in `failure`.

    `heard` is the first content, with the blanks that came before it; `latency_ms` the time until then, or until
    the failure.
    """

    __slots__ = (
        "_began",
        "_blank",
        "_blocked",
        "_books",
        "_link",
        "_passed",
        "_permit",
        "_record",
        "failure",
        "heard",
        "latency_ms",
    )

    def __init__(self, link: Link, permit: Permit, books: Books) -> None:
        self._link = link
        self._permit = permit
        self._books = books
        self._record = books.facts.of(link.provider.name)
        self._blank = ""
        self._blocked = False
        self._passed = b""
        self._began = books.clock.monotonic()
        self.heard: WordsDelta | ToolCallDelta | PassedBytes | None = None
        self.failure: NexyError | None = None
        self.latency_ms = 0.0

    def hold(self, event: ProviderEvent) -> Sequence[ProviderEvent]:
        """Take one event from before the content; the reply is what may go out at once."""
        match event:
            case WordsBegun():
                return (event,)
            case WordsUsage():
                self.note(event)
                return (event,)
            case WordsDelta(text=text):
                self._blank += text
                if text and not text.isspace():
                    self._hear(WordsDelta(text=self._blank))
            case ToolCallDelta():
                self._hear(event)
            case PassedBytes(data=data, content=content):
                self._passed += data
                if content:
                    self._hear(PassedBytes(data=self._passed))
            case Finished(reason=reason):
                self._blocked = reason is FinishReason.CONTENT_FILTER
            case _:
                assert_never(event)
        return ()

    def note(self, event: ProviderEvent) -> None:
        """See an event that goes out anyway."""
        if type(event) is WordsUsage:
            self._record.spent(event)

    def complete(self) -> None:
        """The provider has said everything; raises when that was nothing: it will not answer this, or it failed."""
        if self.heard is None and self._blocked:
            raise ValidationFailed("The language model declines to answer this.", code=BLOCKED)
        if self.heard is None:
            raise Unavailable("The language model gave an empty answer.", code="provider_empty")

    def _hear(self, content: WordsDelta | ToolCallDelta | PassedBytes) -> None:
        self.heard = content
        self._stop_watch()
        self._record.heard(self.latency_ms)
        self._permit.heard()

    def _stop_watch(self) -> None:
        self.latency_ms = round((self._books.clock.monotonic() - self._began) * 1000, 3)

    def __enter__(self) -> "TryOut":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if isinstance(failure, NexyError):
            return self._failed(failure)
        # Who was cut off after the first words did answer.
        self._permit.settle(None if self.heard is not None and not isinstance(failure, Exception) else failure)
        if self.heard is not None:
            self._record.answered()
        return False

    def _failed(self, failure: NexyError) -> bool:
        self._permit.settle(failure)
        self._record.failed(failure.code, trouble=is_trouble(failure))
        name_the_key(failure, self._link.provider.name)
        if self.heard is None:
            self._stop_watch()
            self.failure = failure
            return True
        context = {"provider": self._link.provider.name, "code": failure.code, "error": failure.error_type.value}
        _log.warning("provider died", extra={"decision": "error", "ctx": {**context, "midway": True}})
        return False
