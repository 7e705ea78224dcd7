"""What a person names as a source: a path, a text, or the name of one that is served or configured."""

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nexy.cli.surroundings import Surroundings
from nexy.contracts.errors import ValidationFailed
from nexy.messages.catalogue import Catalogue

if TYPE_CHECKING:
    from nexy.modules.sensor_streams.sources.spec import SourceSpec

_PLAYED_ONCE = ("recording", "wav")
_MOST_NAME = 64


def spec_of(what: str, *, loop: bool, words: Catalogue) -> "SourceSpec":
    """The source that a path or a text names, its address made absolute.

    Raises `ValidationFailed` where nothing is there, `ConfigurationInvalid` for a text that is wrong.
    """
    from nexy.modules.sensor_streams.sources.opening import parse_sources
    from nexy.modules.sensor_streams.sources.spec import SourceSpec

    place, query = _divided(what)
    path = Path(place).expanduser()
    if path.exists():
        kind = "loop" if loop else "folder" if path.is_dir() else "recording"
        found = SourceSpec(name=_name_of(path), kind=kind, address=str(path.resolve()))
        return parse_sources(f"{found.text}?{query}")[0] if query else found
    if "=" not in what:
        raise ValidationFailed(words.text("stream.no_path", path=what), field="source")
    (spec,) = parse_sources(what) or (None,)
    if spec is None:
        raise ValidationFailed(words.text("stream.nothing"), field="source")
    if spec.address:
        spec = replace(spec, address=str(Path(spec.address).expanduser().resolve()))
    return replace(spec, kind="loop") if loop and spec.kind in _PLAYED_ONCE else spec


def _divided(what: str) -> tuple[str, str]:
    """A path and the options behind its last question mark, unless that is a part of the path."""
    place, mark, query = what.rpartition("?")
    return (place, query) if mark and not Path(what).expanduser().exists() else (what, "")


def _name_of(path: Path) -> str:
    """The file's name as far as a source's name may hold it."""
    resolved = path.resolve()
    plain = "".join(one if one.isascii() and (one.isalnum() or one in "-_") else "-" for one in resolved.stem)
    return plain.strip("-")[:_MOST_NAME] or "source"


def sources_text(whats: Sequence[str], *, loop: bool, words: Catalogue) -> str:
    """The value of `sensor_streams.sources` for what a person named."""
    return ",".join(spec_of(what, loop=loop, words=words).text for what in whats)


def remember_served(surroundings: Surroundings) -> None:
    """Leave a note for commands on this home: what the running server serves may stand in its own flags only."""
    note = _note(surroundings)
    note.parent.mkdir(parents=True, exist_ok=True)
    note.touch(mode=0o600)
    note.write_text(f"{os.getpid()}\n{surroundings.config.sensor_streams.sources}", encoding="utf-8")


def resting_folders(text: str, now: float) -> list[tuple[str, int]]:
    """Folders of `sensor_streams.sources` into which nobody writes: the source's name and whole minutes of rest."""
    from nexy.modules.sensor_streams.sources.spec import parse_specs

    folders = [(spec.name, Path(spec.address)) for spec in parse_specs(text) if spec.kind == "folder"]
    rests = [(name, (now - _last_change(folder)) / 60) for name, folder in folders]
    return [(name, int(minutes)) for name, minutes in rests if minutes >= 1]


def _last_change(folder: Path) -> float:
    """When a file in it was last written; a folder that cannot be read is told elsewhere."""
    try:
        return max(one.stat().st_mtime for one in (folder, *folder.iterdir()))
    except OSError:
        return math.inf


def known_specs(text: str) -> Mapping[str, "SourceSpec"]:
    """The sources of `sensor_streams.sources` by name."""
    from nexy.modules.sensor_streams.sources.spec import parse_specs

    return {spec.name: spec for spec in parse_specs(text)}


def _note(surroundings: Surroundings) -> Path:
    return surroundings.loaded.home / "run" / "stream-sources"


def known_sources(surroundings: Surroundings) -> tuple["SourceSpec", ...]:
    """What the running server serves, else what is configured."""
    from nexy.modules.sensor_streams.sources.opening import parse_sources

    server, note = surroundings.running_server(), _note(surroundings)
    if server is not None and note.exists():
        pid, _, served = note.read_text(encoding="utf-8").partition("\n")
        # Another server of this home leaves no note, and the last one's still lies there.
        if pid == str(server.pid):
            return parse_sources(served)
    return parse_sources(surroundings.config.sensor_streams.sources)


def named_source(surroundings: Surroundings, what: str) -> "SourceSpec":
    """A known source by its name, else what a path or a text says. Raises `ValidationFailed`."""
    known = {spec.name: spec for spec in known_sources(surroundings)}
    if what in known:
        return known[what]
    words = surroundings.words
    if "=" in what or Path(what).expanduser().exists() or not known:
        return spec_of(what, loop=False, words=words)
    raise ValidationFailed(words.text("stream.unknown_source", name=what, names=", ".join(known)), field="source")
