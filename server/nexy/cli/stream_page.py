"""What a person sees of sensor streams: where they are and what they hold."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from rich.console import Console
from rich.table import Table

from nexy.messages.catalogue import Catalogue
from nexy.modules.sensor_streams.sources.errors import OPEN_DEAD, WAITING
from nexy.transport.http_service.focus.shapes import RefusedSource, SourceReply, SourcesReply
from nexy.transport.http_service.focus.translation import source_replies
from nexy.utils.addresses import reachable
from nexy.version import __version__
from nexy.workflows.sensor_stream import SourceList

if TYPE_CHECKING:
    from nexy.modules.sensor_streams.sources.spec import SourceSpec

_NO_SPECS: "Mapping[str, SourceSpec]" = {}
NEXT = ("nexy stream check", "nexy stream view")


def listed(found: SourceList) -> SourcesReply:
    """The list as GET /focus-server/sources gives it."""
    refused = [RefusedSource(name=name, reason=reason) for name, reason in found.refused.items()]
    return SourcesReply(sources=source_replies(found.ready), refused=refused)


def rest_address(doors: Mapping[str, str]) -> str:
    """Where jobs are configured, as a command on this machine finds it."""
    return f"http://{reachable(doors['api'])}/focus-server"


def json_page(doors: Mapping[str, str], sources: SourcesReply) -> str:
    """Where and what, in one line."""
    told = {"grpc": doors["grpc"], "rest": rest_address(doors), **msgspec.to_builtins(sources)}
    return msgspec.json.encode(told).decode()


def print_page(
    console: Console, words: Catalogue, doors: Mapping[str, str], sources: SourcesReply, flags: Sequence[str] = (),
    specs: "Mapping[str, SourceSpec]" = _NO_SPECS,
) -> None:  # fmt: skip
    """Where, what, and the two commands to go on with; `flags` are what they need to find this server."""
    console.print(words.text("stream.ready", version=__version__), style="bold")
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_row(words.text("stream.door_grpc"), doors["grpc"])
    table.add_row(words.text("stream.door_rest"), rest_address(doors))
    console.print(table)
    print_sources(console, words, sources, specs)
    console.print(words.text("stream.next"))
    for command in NEXT:
        console.print("  " + " ".join((command, *flags)), style="bold", soft_wrap=True)


def print_sources(
    console: Console, words: Catalogue, sources: SourcesReply, specs: "Mapping[str, SourceSpec]" = _NO_SPECS
) -> None:
    """A line for each source, what the computed ones hold, then what was refused and why."""
    if sources.sources:
        # A name that is wider than the terminal runs out of it: it is there to be copied.
        console.print(_table(sources, words), crop=False, no_wrap=True, overflow="ignore")
    for source in sources.sources:
        if source.kind == "synthetic":
            text = words.text("stream.holds", name=source.name, what=source.fiber_description)
            console.print(text, style="dim", soft_wrap=True)
    for refused in sources.refused:
        text = words.text("stream.refused", name=refused.name, reason=reason_of(refused, specs))
        console.print(text, style="yellow" if waits(refused) else "red", soft_wrap=True)


def waits(refused: RefusedSource) -> bool:
    """Whether it is a folder that only lacks its first file."""
    return WAITING in refused.reason


def reason_of(refused: RefusedSource, specs: "Mapping[str, SourceSpec]") -> str:
    """Why, without its name twice; the remedy of one without life is written so that it can be pasted."""
    reason, spec = refused.reason.removeprefix(f"source '{refused.name}': "), specs.get(refused.name)
    if spec is None or OPEN_DEAD not in reason:
        return reason
    key, _, value = OPEN_DEAD.removeprefix("?").partition("=")
    options = (*(option for option in spec.options if option[0] != key), (key, value))
    return reason.replace(OPEN_DEAD, shlex.quote(replace(spec, options=options).text))


def _table(sources: SourcesReply, words: Catalogue) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("source", "kind", "channels", "rate", "length", "unit", "flags"):
        whole = max(len(source.name) for source in sources.sources) if column == "source" else None
        table.add_column(words.text(f"stream.column_{column}"), overflow="fold", min_width=whole)
    for source in sources.sources:
        table.add_row(*_cells(source, words))
    return table


def _cells(source: SourceReply, words: Catalogue) -> tuple[str, ...]:
    flags = [
        words.text(key, count=len(channels))
        for key, channels in (("stream.dead", source.dead_channels), ("stream.not_numbers", source.nan_channels))
        if channels
    ]
    flags += [words.text("stream.band_energy")] if source.band_energy else []
    channels = f"{source.number_of_channels} ({source.lowest_channel}-{source.highest_channel})"
    return (source.name, source.kind, channels, f"{source.prr:g} Hz", _length(source, words),
            source.intensity_unit or "-", ", ".join(flags) or "-")  # fmt: skip


def _length(source: SourceReply, words: Catalogue) -> str:
    if source.live or source.samples is None:
        return words.text("stream.live")
    began = datetime.fromtimestamp(source.start_time, UTC)
    return f"{source.samples / source.prr:g} s\n{began:%Y-%m-%d %H:%M:%SZ}"
