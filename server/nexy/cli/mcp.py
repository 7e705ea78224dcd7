"""`nexy mcp`: search, explain and index for a client of the Model Context Protocol."""

from typing import TYPE_CHECKING, Annotated

import typer

from nexy.cli.surroundings import HomeFlag, SetFlags, Surroundings, told

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from nexy.transport.mcp_service.tools import CodeTools


def mcp(
    user: Annotated[str, typer.Option("--user", metavar="EMAIL", help=told("mcp.user_help"))] = "",
    settings: SetFlags = None,
    home: HomeFlag = None,
) -> None:
    """Serve the client that started this command, until it goes; the log is written to standard error."""
    import asyncio
    import signal
    import sys

    from nexy.cli.serve import logging_section
    from nexy.utils.logging_formatter import setup_logging

    surroundings = Surroundings.read(home, settings)
    serve_stdio = _server(surroundings)
    setup_logging(logging_section(surroundings, quiet=True), sys.stderr, surroundings.loaded.secrets)
    # The thread that reads standard input cannot be called back, so Ctrl-C ends the process as SIGTERM does.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    asyncio.run(_served(surroundings, user, serve_stdio))


def _server(surroundings: Surroundings) -> "Callable[[CodeTools], Coroutine[None, None, None]]":
    """Raises `Unavailable` (`mcp_extra_missing`) where the SDK is not installed."""
    try:
        from nexy.transport.mcp_service.server import serve_stdio
    except ModuleNotFoundError as missing:
        from nexy.contracts.errors import Unavailable

        if (missing.name or "").startswith("nexy"):
            raise
        raise Unavailable(surroundings.words.text("mcp.no_extra"), code="mcp_extra_missing") from missing
    return serve_stdio


async def _served(
    surroundings: Surroundings, email: str, serve_stdio: "Callable[[CodeTools], Coroutine[None, None, None]]"
) -> None:
    import signal

    from prometheus_client import CollectorRegistry

    from nexy.cli.code_parts import told_in_words, user_id_of
    from nexy.cli.parts import running_parts
    from nexy.contracts.capabilities import ACCESS, CODE_SEARCH, DATABASE, OUTBOX, USAGE, WORDS
    from nexy.transport.mcp_service.tools import CodeTools
    from nexy.utils.clock import SystemClock
    from nexy.workflows.code_assistance import CodeAssistance
    from nexy.workflows.code_metrics import CodeMetrics

    config = surroundings.config
    # Beside a running server the outbox is that one's, so usage is kept only without one.
    optional = (WORDS, USAGE, OUTBOX)
    wanted = (DATABASE, CODE_SEARCH, *optional, *((ACCESS,) if email else ()))
    with told_in_words(surroundings):
        async with running_parts(surroundings, wanted, optional) as parts:
            user_id = await user_id_of(parts, email)
            figures = CodeMetrics(CollectorRegistry(), config.ai_router.max_models)
            rows, grounding = config.token_usage.max_waiting_rows, config.code_search.grounding
            assistance = CodeAssistance(parts, figures, SystemClock(), rows, grounding)
            try:
                await serve_stdio(CodeTools(assistance, parts.get(CODE_SEARCH), user_id))
            finally:
                # Clients that wait two seconds after they have gone send SIGTERM; the parts may need a moment more.
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                await assistance.cleanup()
