"""A process that keeps records and says so on its output; a test kills it, or gives it a small disk."""

import asyncio
import os
import sys
from pathlib import Path

from nexy.contracts.errors import Unavailable
from support.outbox import keep, outbox


def say(line: object) -> None:
    """At once: nothing may wait in a buffer when the process is killed."""
    os.write(1, f"{line}\n".encode())


async def endless(home: Path, first: int) -> None:
    """Keep numbers from `first` on, four at a time, and print each as soon as it is acknowledged."""
    async with outbox(home, segment_bytes=8192) as module:

        async def one(key: int) -> None:
            await keep(module, key)
            say(key)

        while True:
            await asyncio.gather(*(one(first + step) for step in range(4)))
            first += 4


async def until_full(home: Path) -> None:
    """Keep until the disk refuses, then raise the limit and keep one more."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, hard))
    async with outbox(home) as module:
        try:
            for key in range(1000):
                await keep(module, key)
                say(key)
        except Unavailable as refused:
            say(f"refused: {refused.message}")
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        await keep(module, "after")
        say("after")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["endless", home, first]:
            asyncio.run(endless(Path(home), int(first)))
        case ["until_full", home]:
            asyncio.run(until_full(Path(home)))
