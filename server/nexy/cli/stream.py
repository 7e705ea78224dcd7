"""`nexy stream`: serve sensor streams, see what is there, record it, check it, view it."""

import asyncio
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nexy.cli.page import plain_console
from nexy.cli.serve import ServerKind, ShowPage, run_server
from nexy.cli.stream_sources import (
    known_sources,
    known_specs,
    named_source,
    remember_served,
    resting_folders,
    sources_text,
)
from nexy.cli.surroundings import HomeFlag, SetFlags, Surroundings, told
from nexy.contracts.errors import ValidationFailed

if TYPE_CHECKING:
    from nexy.application import Application
    from nexy.transport.http_service.focus.shapes import SourcesReply

stream_app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
_PARTS = ("global_flags", "sensor_streams")
# The light client reads these arguments itself, so that both commands are one.
_AS_THEY_ARE = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
_JOB = re.compile(r"\d+-\d+")


@stream_app.callback()
def _stream() -> None: ...


@stream_app.command("serve", help=told("stream.serve_help"))
def serve(
    what: Annotated[list[str] | None, typer.Argument(metavar="PATH|NAME=KIND:…", help=told("stream.what_help"))] = None,
    loop: Annotated[bool, typer.Option("--loop", help=told("stream.loop_help"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=told("stream.serve_json_help"))] = False,
    home: HomeFlag = None,
    settings: SetFlags = None,
) -> None:
    """Serve until a signal; exit code 1 where nothing of it can be opened."""
    surroundings = Surroundings.read(home, settings)
    if what:
        text = sources_text(what, loop=loop, words=surroundings.words)
        surroundings = Surroundings.read(home, [*(settings or ()), f"sensor_streams.sources={text}"])
    elif not surroundings.config.sensor_streams.sources:
        raise ValidationFailed(surroundings.words.text("stream.nothing"), field="source")
    flags = () if home is None else ("--home", str(home))

    async def page(application: "Application", _: Surroundings) -> None:
        await _show(application, surroundings, flags, as_json=as_json)

    raise typer.Exit(run_server(surroundings, _kind(page)))


def _kind(page: ShowPage) -> ServerKind:
    return ServerKind(only=_PARTS, page=page, refusal="stream.failed", stopping="stream.stopping", quiet=True)


async def _show(
    application: "Application", surroundings: Surroundings, flags: tuple[str, ...], *, as_json: bool
) -> None:
    from nexy.cli.stream_page import json_page, listed, print_page, reason_of, waits

    sources = listed(await application.sensors.sources())
    specs = known_specs(surroundings.config.sensor_streams.sources)
    if not sources.sources and not any(waits(one) for one in sources.refused):
        reasons = [f"{one.name}: {reason_of(one, specs)}" for one in sources.refused]
        raise ValidationFailed("; ".join(reasons), field="source")
    remember_served(surroundings)
    doors = application.report().addresses
    if as_json:
        print(json_page(doors, sources), flush=True)
    else:
        print_page(plain_console(), surroundings.words, doors, sources, flags, specs)
    ready = {source.name for source in sources.sources}
    resting = resting_folders(surroundings.config.sensor_streams.sources, time.time())
    for name, minutes in (one for one in resting if one[0] in ready):
        print(surroundings.words.text("stream.folder_rests", name=name, minutes=minutes), file=sys.stderr, flush=True)


@stream_app.command("sources", help=told("stream.sources_help"))
def sources(
    as_json: Annotated[bool, typer.Option("--json", help=told("stream.sources_json_help"))] = False,
    home: HomeFlag = None,
    settings: SetFlags = None,
) -> None:
    """List them; exit code 1 where there is none or one is refused."""
    from nexy.cli.stream_page import print_sources

    surroundings = Surroundings.read(home, settings)
    found = _sources_of(surroundings)
    if as_json:
        import msgspec

        print(msgspec.json.format(msgspec.json.encode(found)).decode())
    elif found.sources or found.refused:
        specs = {spec.name: spec for spec in known_sources(surroundings)}
        print_sources(plain_console(), surroundings.words, found, specs)
    else:
        print(surroundings.words.text("stream.no_sources"))
    raise typer.Exit(1 if found.refused or not found.sources else 0)


def _sources_of(surroundings: Surroundings) -> "SourcesReply":
    server = surroundings.running_server()
    if server is None:
        return asyncio.run(_opened_here(surroundings))
    from nexy.cli.served import ask_focus
    from nexy.transport.http_service.focus.shapes import SourcesReply

    return ask_focus(server.doors, "sources", SourcesReply)


async def _opened_here(surroundings: Surroundings) -> "SourcesReply":
    from nexy.cli.parts import running_parts
    from nexy.cli.stream_page import listed
    from nexy.workflows.sensor_stream import SensorStreamWorkflowIntegration

    async with running_parts(surroundings, _PARTS) as coordinator:
        workflow = SensorStreamWorkflowIntegration(coordinator, surroundings.config.sensor_streams)
        return listed(await workflow.sources())


@stream_app.command("record", help=told("stream.record_help"))
def record(
    what: Annotated[str, typer.Argument(metavar="NAME|JOB", help=told("stream.record_what_help"))],
    seconds: Annotated[float, typer.Option("--seconds", min=0.001, max=604_800, help=told("stream.seconds_help"))],
    to: Annotated[Path, typer.Option("--to", metavar="FILE.h5", help=told("stream.to_help"))],
    home: HomeFlag = None,
    settings: SetFlags = None,
) -> None:
    """Record in this process; the server only notices one more viewer where it is a job."""
    from nexy.cli.recording import print_recorded, record_samples
    from nexy.cli.recording_file import RecordingFile

    surroundings = Surroundings.read(home, settings)
    file = RecordingFile(to, surroundings.words)
    file.refuse_where_it_cannot_be()
    if _JOB.fullmatch(what):
        from nexy.cli.row_recording import record_rows

        recorded = record_rows(what, seconds, file, surroundings)
    else:
        recorded = record_samples(named_source(surroundings, what), seconds, file, surroundings)
    print_recorded(recorded, surroundings.words)


@stream_app.command("check", help=told("stream.check_help"), context_settings=_AS_THEY_ARE, add_help_option=False)
def check(context: typer.Context) -> None:
    """Exit code 0 right, 1 errors found, 2 it could not be checked."""
    raise typer.Exit(_light_client("check", context.args))


@stream_app.command("view", help=told("stream.view_help"), context_settings=_AS_THEY_ARE, add_help_option=False)
def view(context: typer.Context) -> None:
    """Exit code 2 where there is nothing to be seen."""
    raise typer.Exit(_light_client("view", context.args))


def _light_client(name: str, arguments: list[str]) -> int:
    from nexy_client.stream_cli import Invocation, run

    language = Surroundings.read().language
    return run([name, *arguments], Invocation(program="nexy stream", find_server=_served_at, language=language))


def _served_at(home: Path | None) -> str | None:
    from nexy.cli.stream_page import rest_address

    server = Surroundings.read(home).running_server()
    return None if server is None else rest_address(server.doors).removesuffix("/focus-server")
