"""Tasks about code, a provider that answers one, and a door whose usage is kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nexy.contracts.completions import Finished
from nexy.contracts.routing import Brief, Task, Verb
from support.http_door import HttpDoor
from support.scripted_providers import ScriptedProvider, begun, task, usage

ANSWER = (begun("claude"), "Hel", "lo", usage("claude", 4), Finished())


def claude(*steps: object) -> ScriptedProvider:
    return ScriptedProvider("claude", steps)  # type: ignore[arg-type]


def coding(text: str = "write", **about: object) -> Task:
    brief = Brief(verb=Verb.GENERATE, text=text, language="python")
    return task(text, **{"brief": brief, "language": "python", **about})


@asynccontextmanager
async def settled(door: HttpDoor) -> AsyncIterator[None]:
    """The block, and everything that it leaves behind."""
    yield
    await door.assistance.cleanup()
