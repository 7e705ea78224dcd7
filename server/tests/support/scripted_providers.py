"""Sources of words that play a script, for tests of whoever asks them."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime

from nexy.contracts.completions import Finished, Message, Question, Role
from nexy.contracts.errors import NexyError, Unavailable
from nexy.contracts.routing import Payer, Task, TaskType
from nexy.contracts.words import WordsBegun, WordsDelta, WordsUsage
from nexy.modules.ai_router.choice import Sources
from nexy.modules.ai_router.provider import Enquiry, ProviderEvent

Step = str | float | NexyError | ProviderEvent


class LoopClock:
    """A clock whose monotonic seconds are those of the running loop, so that they jump in virtual time."""

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return datetime(2026, 3, 14, tzinfo=UTC)


class ScriptedProvider:
    """Plays one script for each call, the last one again and again; a number is a wait, a text a delta."""

    free = False

    def __init__(self, name: str, *scripts: Sequence[Step], model: str = "") -> None:
        self.name = name
        self.model = model or f"{name}-model"
        self.scripts = list(scripts) or [("yes",)]
        self.asked: list[tuple[Enquiry, str]] = []
        self.open = 0
        self.closed = False

    async def stream(self, enquiry: Enquiry, model: str) -> AsyncGenerator[ProviderEvent, None]:
        script = self.scripts[min(len(self.asked), len(self.scripts) - 1)]
        self.asked.append((enquiry, model))
        self.open += 1
        try:
            for step in script:
                match step:
                    case str():
                        yield WordsDelta(text=step)
                    case float():
                        await asyncio.sleep(step)
                    case NexyError():
                        raise step
                    case _:
                        yield step
        finally:
            self.open -= 1

    async def close(self) -> None:
        self.closed = True


def offline() -> ScriptedProvider:
    """Stands where the offline brain stands."""
    brain = ScriptedProvider("offline", ("brain", Finished()), model="offline")
    brain.free = True
    return brain


def sources(*providers: ScriptedProvider, takes_any_model: str = "") -> Sources:
    """These providers, and somebody at the end of each chain."""
    known = {provider.name: provider for provider in (*providers, offline())}
    return Sources(providers=known, takes_any_model=takes_any_model)


def down(status: int = 500, wait: float | None = None) -> Unavailable:
    """A provider's answer with such a status."""
    return Unavailable("down", code=f"provider_{status}", retry_after_seconds=wait)


def begun(name: str) -> WordsBegun:
    """The provider has taken the question."""
    return WordsBegun(provider=name, model=f"{name}-model", asked=("question",))


def usage(name: str, tokens: int = 1) -> WordsUsage:
    """The provider has counted."""
    return WordsUsage(provider=name, model=f"{name}-model", input_tokens=tokens, output_tokens=tokens)


def task(text: str = "canary-question", **about: object) -> Task:
    """A piece of work, to generate code unless told otherwise."""
    known: dict[str, object] = {
        "request_id": "r1",
        "task_type": TaskType.CODE_GENERATION,
        "question": Question(messages=(Message(role=Role.USER, text=text),)),
        "payer": Payer(name="user:ada", tenant="ada"),
    }
    return Task(**{**known, **about})  # type: ignore[arg-type]
