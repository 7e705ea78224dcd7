"""`nexy serve`: start everything, say what runs where, stop well."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import Annotated, Any

import typer

from nexy.cli.start_page import print_start_page
from nexy.cli.surroundings import HomeFlag, SetFlags, Surroundings, told
from nexy.contracts.errors import NexyError, StartFailed
from nexy.utils.supervisor import owned_task


def serve(
    workers: Annotated[int, typer.Option("--workers", min=1, help=told("serve.workers_help"))] = 1,
    home: HomeFlag = None,
    settings: SetFlags = None,
) -> None:
    """Start the server: voice on gRPC :50051, health on :8080, API on :8000, all with embedded parts.

    Ctrl-C or SIGTERM lets running turns finish; a second one stops at once. Each port has its variable
    (GRPC_PORT, HTTP_PORT, API_PORT; 0 lets the system choose), all state lives under NEXY_HOME.
    """
    surroundings = Surroundings.read(home, settings)
    if workers > 1:
        raise StartFailed(surroundings.words.text("serve.one_worker"), field="workers")
    raise typer.Exit(run_server(surroundings))


def run_server(surroundings: Surroundings) -> int:
    """Serve until a signal; the exit code, 1 when the start failed."""
    from nexy.utils.logging_formatter import setup_logging

    setup_logging(surroundings.config.logging, sys.stderr, surroundings.loaded.secrets)
    with asyncio.Runner(loop_factory=_fast_loop()) as runner:
        try:
            return runner.run(_serve(surroundings))
        except NexyError as failed:
            print(surroundings.words.text("serve.failed", reason=failed.message), file=sys.stderr)
            return 1


def _fast_loop() -> "type[asyncio.AbstractEventLoop] | None":
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.Loop


async def _serve(surroundings: Surroundings) -> int:
    from nexy.application import Application

    application = Application(surroundings.config, surroundings.language)
    signals = _Signals()
    try:
        await application.listen()
        print_start_page(application.report(), surroundings)
        await signals.first.wait()
        print(surroundings.words.text("serve.stopping"), file=sys.stderr)
        await _unless(signals.second, application.drain())
    finally:
        await application.stop()
    return 0


class _Signals:
    """The first signal asks to finish, the second to stop."""

    def __init__(self) -> None:
        self.first = asyncio.Event()
        self.second = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._came)

    def _came(self) -> None:
        (self.second if self.first.is_set() else self.first).set()


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Do the work, unless somebody cannot wait for it; its failure is the caller's to see."""
    async with owned_task(work) as working, owned_task(stop.wait()) as stopping:
        await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
    if not working.cancelled():
        working.result()
