"""From the text of the configuration to open sources."""

import time
from collections.abc import Callable, Mapping
from typing import Final

from nexy.modules.sensor_streams.sources.clip import HeldClip
from nexy.modules.sensor_streams.sources.clip_opening import open_clip
from nexy.modules.sensor_streams.sources.clip_options import clip_options
from nexy.modules.sensor_streams.sources.errors import misconfigured
from nexy.modules.sensor_streams.sources.folder_options import folder_options
from nexy.modules.sensor_streams.sources.growing_folder import GrowingFolder
from nexy.modules.sensor_streams.sources.live_clock import NowNs
from nexy.modules.sensor_streams.sources.options import OptionReader
from nexy.modules.sensor_streams.sources.played_source import HELD_BYTES, LoopSource, ReplaySource
from nexy.modules.sensor_streams.sources.sample_source import SampleSource
from nexy.modules.sensor_streams.sources.spec import SourceSpec, parse_specs
from nexy.modules.sensor_streams.sources.still_source import StillSource, clip_facts
from nexy.modules.sensor_streams.sources.synthetic_options import synthetic_options
from nexy.modules.sensor_streams.sources.synthetic_source import SyntheticSource

_Opener = Callable[[NowNs], SampleSource]
_MOST_SPEED: Final = 1000.0


def open_source(spec: SourceSpec, *, now_ns: NowNs = time.time_ns) -> SampleSource:
    """Open one source; close it after use. Call it in a worker process: it imports DASCore and reads files.

    Raises `ConfigurationInvalid` (kind or options), `ValidationFailed` (missing, unreadable, dead, no DASCore).
    """
    return _prepared(spec)(now_ns)


def parse_sources(text: str) -> tuple[SourceSpec, ...]:
    """Every source of `sensor_streams.sources`, in its order, kinds and options judged; reads no file.

    Raises `ConfigurationInvalid` with the key, the source's name and what is allowed.
    """
    specs = parse_specs(text)
    for spec in specs:
        check_spec(spec)
    return specs


def check_spec(spec: SourceSpec) -> None:
    """Judge kind, address and options without touching a file. Raises `ConfigurationInvalid`."""
    _prepared(spec)


def options_of(kind: str) -> Mapping[str, str]:
    """Every option of a kind with its default as text, empty where it has none."""
    # Every kind has a unit, and with any option given each default is the option's own.
    spec = SourceSpec(name="any", kind=kind, options=(("unit", ""),))
    given = OptionReader(spec)
    _KINDS[kind](spec, given)
    return given.known


def kinds() -> tuple[str, ...]:
    """Every kind of source."""
    return tuple(_KINDS)


def _prepared(spec: SourceSpec) -> _Opener:
    prepare = _KINDS.get(spec.kind)
    if prepare is None:
        raise misconfigured(f"source '{spec.name}': there is no kind '{spec.kind}' (there are: {', '.join(_KINDS)})")
    if spec.kind != "synthetic" and not spec.address:
        raise misconfigured(f"source '{spec.name}': {spec.kind}: needs a path")
    if spec.kind == "synthetic" and spec.address:
        raise misconfigured(f"source '{spec.name}': synthetic: takes no path, only ?options")
    given = OptionReader(spec)
    opener = prepare(spec, given)
    given.end()
    return opener


def _recording(spec: SourceSpec, given: OptionReader) -> _Opener:
    options = clip_options(given)

    def opened(_now_ns: NowNs) -> SampleSource:
        clip, found = open_clip(spec, options)
        return StillSource(clip_facts(spec, clip.shape, found, options.first_channel, live=False), clip)

    return opened


def _played(spec: SourceSpec, given: OptionReader) -> _Opener:
    options = clip_options(given)
    speed = given.number("speed", 1.0, 0.001, _MOST_SPEED)

    def opened(now_ns: NowNs) -> SampleSource:
        clip, found = open_clip(spec, options)
        facts = clip_facts(spec, clip.shape, found, options.first_channel, live=True)
        if spec.kind == "replay":
            return ReplaySource(facts, clip, now_ns, speed)
        held = 4 * clip.shape.samples * clip.shape.channels <= HELD_BYTES
        return LoopSource(facts, HeldClip(clip) if held else clip, now_ns, speed)

    return opened


def _folder(spec: SourceSpec, given: OptionReader) -> _Opener:
    options = folder_options(given)
    return lambda now_ns: GrowingFolder(spec, options, now_ns)


def _synthetic(spec: SourceSpec, given: OptionReader) -> _Opener:
    options = synthetic_options(given)
    return lambda now_ns: SyntheticSource(spec, options, now_ns)


_KINDS: Final[dict[str, Callable[[SourceSpec, OptionReader], _Opener]]] = {
    "recording": _recording,
    "folder": _folder,
    "loop": _played,
    "replay": _played,
    "synthetic": _synthetic,
    "wav": _recording,
}
