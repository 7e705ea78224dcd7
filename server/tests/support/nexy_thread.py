"""A real `nexy serve` for clients that block: the process is watched over by a loop in another thread."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

from support.nexy_process import PATIENCE_SECONDS, NexyProcess, nexy_serve


@contextmanager
def served(home: Path, *flags: str, **more: str) -> Iterator[NexyProcess]:
    """The running server; it has ended afterwards, whatever happened."""
    started: Future[NexyProcess] = Future()
    over = threading.Event()

    async def serve() -> None:
        async with nexy_serve(home, *flags, **more) as server:
            started.set_result(server)
            await asyncio.to_thread(over.wait)

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as failure:
            if started.done():
                raise
            started.set_exception(failure)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield started.result(PATIENCE_SECONDS * 2)
    finally:
        over.set()
        thread.join(PATIENCE_SECONDS)
