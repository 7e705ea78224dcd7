"""A whole door on a loop of its own, for clients that block."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from queue import Queue

from nexy.config.ai_router_section import WordsConfig
from nexy.contracts.completions import Finished
from nexy.contracts.routing import Embeddings
from nexy.modules.ai_router.choice import Sources, choose_sources
from nexy.utils.clock import SystemClock
from support.fake_vectors import vector_of
from support.http_door import http_door
from support.listening import listening
from support.scripted_providers import ScriptedProvider, begun, usage

_NAMES = ("claude", "openai", "gemini", "ollama")


class ScriptedEmbedder:
    """Vectors without a network."""

    name, model = "ollama", "vectors"

    async def embed(self, texts: Sequence[str], model: str) -> Embeddings:
        vectors = [vector_of(text) for text in texts]
        return Embeddings(provider="ollama", model=model or "vectors", vectors=vectors, input_tokens=len(texts))


def every_provider() -> Sources:
    """All of them, without a network; the offline one is the product's own."""
    brain = choose_sources(WordsConfig(provider="offline"), SystemClock()).providers["offline"]
    scripted = {name: ScriptedProvider(name, (begun(name), "answer", usage(name), Finished())) for name in _NAMES}
    embedders = {"ollama": ScriptedEmbedder()}
    return Sources(providers={**scripted, "offline": brain}, embedders=embedders, takes_any_model="openai")


@contextmanager
def door_in_a_thread() -> Iterator[str]:
    """The address of a door over `every_provider`; everything has ended afterwards."""
    told: Queue[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Queue()

    async def serve() -> None:
        stop = asyncio.Event()
        async with http_door(choose=every_provider()) as door, listening(door.app) as address:
            told.put((address, asyncio.get_running_loop(), stop))
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    address, loop, stop = told.get(timeout=20)
    try:
        yield address
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(20)
