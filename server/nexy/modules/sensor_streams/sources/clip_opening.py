"""A path becomes a clip: a WAV, one recorded file, or a folder of them."""

from pathlib import Path

from nexy.modules.sensor_streams.sources.clip import Clip
from nexy.modules.sensor_streams.sources.clip_options import ClipOptions
from nexy.modules.sensor_streams.sources.das_library import NotReadable
from nexy.modules.sensor_streams.sources.errors import refused
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from nexy.modules.sensor_streams.sources.survey import Survey, check_alive, survey
from nexy.modules.sensor_streams.sources.timeline import Timeline
from nexy.modules.sensor_streams.sources.wav_clip import WavClip

_WAV_ENDINGS = frozenset({".wav", ".wave"})


def open_clip(spec: SourceSpec, options: ClipOptions) -> tuple[Clip, Survey]:
    """Open what lies at the spec's address and look through it. Raises `ValidationFailed`."""
    path = existing(spec)
    try:
        clip = _open(spec, path, options)
    except NotReadable as failed:
        raise refused(spec.name, str(failed)) from failed
    try:
        found = survey(clip)
        check_alive(spec.name, found, allow_dead=options.allow_dead)
    except BaseException:
        clip.close()
        raise
    return clip, found


def existing(spec: SourceSpec) -> Path:
    """The path of a spec. Raises `ValidationFailed` where nothing is there."""
    path = Path(spec.address).expanduser()
    if not path.exists():
        raise refused(spec.name, f"there is no file or folder {path.name or path}")
    return path


def recorded_files(folder: Path) -> list[Path]:
    """The files that may be recordings, by name; hidden ones and a recorder's temporary ones are not."""
    endings = (".tmp", ".part", ".partial", ".txt", ".md", ".json", ".xml")
    found = (path for path in folder.iterdir() if not path.name.startswith((".", "_")))
    return sorted(path for path in found if path.is_file() and path.suffix.lower() not in endings and path.suffix)


def _open(spec: SourceSpec, path: Path, options: ClipOptions) -> Clip:
    if path.suffix.lower() in _WAV_ENDINGS or spec.kind == "wav":
        return WavClip(spec.name, path, options)
    if not path.is_dir():
        return Timeline(spec.name, path, options)
    files = recorded_files(path)
    if not files:
        raise NotReadable(f"the folder '{path.name}' holds no recording")
    timeline = Timeline(spec.name, files[0], options)
    for later in files[1:]:
        timeline.append(timeline.scan(later))
    return timeline
