"""`nexy serve`: start everything, say what runs where, stop well."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nexy.cli.start_page import print_start_page
from nexy.cli.surroundings import HomeFlag, SetFlags, Surroundings, told
from nexy.config.sections import LoggingConfig
from nexy.contracts.errors import NexyError, StartFailed
from nexy.utils.supervisor import owned_task

if TYPE_CHECKING:
    from nexy.application import Application

ShowPage = Callable[["Application", Surroundings], Awaitable[None]]


async def _start_page(application: "Application", surroundings: Surroundings) -> None:
    print_start_page(application.report(), surroundings)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerKind:
    """What a command serves: its modules (none named: all), the page that says so, its words to refuse and to stop.

    `quiet`: its page stands on a terminal that people read, so that there only warnings join it (LOG_LEVEL rules).
    """

    only: tuple[str, ...] = ()
    page: ShowPage = _start_page
    refusal: str = "serve.failed"
    stopping: str = "serve.stopping"
    quiet: bool = False


EVERYTHING = ServerKind()


def serve(
    workers: Annotated[int, typer.Option("--workers", min=1, help=told("serve.workers_help"))] = 1,
    home: HomeFlag = None,
    settings: SetFlags = None,
) -> None:
    """Start the server: voice on gRPC :50051, health on :8080, API on :8000, all with embedded parts.

    Ctrl-C or SIGTERM lets running turns finish; a second one stops at once. Each port has its variable
    (GRPC_PORT, HTTP_PORT, API_PORT, SUPABASE_PORT; 0 lets the system choose), all state lives under NEXY_HOME.
    """
    surroundings = Surroundings.read(home, settings)
    if workers > 1:
        raise StartFailed(surroundings.words.text("serve.one_worker"), field="workers")
    raise typer.Exit(run_server(surroundings))


def run_server(surroundings: Surroundings, kind: ServerKind = EVERYTHING) -> int:
    """Serve until a signal; the exit code, 1 when the start failed."""
    from nexy.utils.logging_formatter import setup_logging

    section = logging_section(surroundings, quiet=kind.quiet and sys.stderr.isatty())
    setup_logging(section, sys.stderr, surroundings.loaded.secrets)
    with asyncio.Runner(loop_factory=_fast_loop()) as runner:
        try:
            return runner.run(_serve(surroundings, kind))
        except NexyError as failed:
            # The last line of all, where people look first.
            print(surroundings.words.text(kind.refusal, reason=failed.message), file=sys.stderr)
            return 1


def logging_section(surroundings: Surroundings, *, quiet: bool) -> LoggingConfig:
    """What the log looks like; a quiet one tells warnings and errors, unless somebody has chosen a level."""
    section = surroundings.config.logging
    chosen = not surroundings.loaded.origins["logging.level"].text.startswith(("packaged", "default"))
    return replace(section, level="WARNING") if quiet and not chosen else section


def _fast_loop() -> "type[asyncio.AbstractEventLoop] | None":
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.Loop


async def _serve(surroundings: Surroundings, kind: ServerKind) -> int:
    from nexy.application import Application
    from nexy.utils.garbage import spare_what_stays

    application = Application(surroundings.config, surroundings.language, only=kind.only)
    signals = _Signals()
    try:
        await application.listen()
        await kind.page(application, surroundings)
        spare_what_stays()
        await signals.first.wait()
        print(surroundings.words.text(kind.stopping), file=sys.stderr)
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
