"""Several providers as one: the next takes over until the first content, never after it."""

import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing

from nexy.contracts.errors import NexyError, Unavailable
from nexy.contracts.words import Chat, WordsDelta, WordsEvent
from nexy.modules.ai_router.provider import WordsProvider

_log = logging.getLogger("nexy.ai_router")


class ProviderChain:
    """Asks its providers in order; an answer of nothing but whitespace is a failure like any other.

    Usage of a provider that answered nothing passes through too: it was paid for.
    """

    name = "chain"

    def __init__(self, providers: Sequence[WordsProvider]) -> None:
        self._providers = tuple(providers)
        self._failing: dict[str, str] = {}

    @property
    def names(self) -> Sequence[str]:
        """The providers in the order in which they are asked."""
        return tuple(provider.name for provider in self._providers)

    @property
    def failing(self) -> str:
        """The provider that should answer first and did not, with the code of its last failure; else empty."""
        first = self._providers[0].name
        return f"{first}: {self._failing[first]}" if first in self._failing else ""

    @property
    def states(self) -> Mapping[str, str]:
        """Every provider in its order: "configured", or the code of its last failure until it answers again."""
        return {name: self._failing.get(name, "configured") for name in self.names}

    async def stream(self, chat: Chat) -> AsyncGenerator[WordsEvent, None]:
        """The first answer with content; raises when there is none, or when the answering provider dies midway."""
        failures: list[NexyError] = []
        for provider in self._providers:
            blank, spoken = "", False
            try:
                async with aclosing(provider.stream(chat)) as events:
                    async for event in events:
                        if not spoken and isinstance(event, WordsDelta):
                            blank += event.text
                            if not event.text or event.text.isspace():
                                continue
                            event, spoken = WordsDelta(text=blank), True
                        yield event
                if spoken:
                    self._failing.pop(provider.name, None)
                    return
                failures.append(Unavailable("The language model gave an empty answer.", code="provider_empty"))
            except NexyError as failure:
                self._note(provider.name, failure, midway=spoken)
                if spoken:
                    raise
                failures.append(failure)
            else:
                self._note(provider.name, failures[-1], midway=False)
        raise _summary(failures)

    def _note(self, name: str, failure: NexyError, *, midway: bool) -> None:
        self._failing[name] = failure.code
        last = midway or name == self._providers[-1].name
        _log.warning(
            "provider failed",
            extra={"decision": "error" if last else "degrade", "ctx": _about(name, failure, midway=midway)},
        )

    async def close(self) -> None:
        """Close every provider."""
        for provider in self._providers:
            await provider.close()


def _about(name: str, failure: NexyError, *, midway: bool) -> dict[str, str | bool]:
    return {"provider": name, "code": failure.code, "error": failure.error_type.value, "midway": midway}


def _summary(failures: Sequence[NexyError]) -> NexyError:
    """A single provider's own failure, else one that stands for all."""
    if len(failures) == 1:
        return failures[0]
    waits = [failure.retry_after_seconds for failure in failures if failure.retry_after_seconds is not None]
    return Unavailable(
        "No language model answered.",
        code="all_providers_failed",
        retry_after_seconds=min(waits, default=None),
    )
