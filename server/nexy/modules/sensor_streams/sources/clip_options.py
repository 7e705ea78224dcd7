"""The options of every kind that reads recordings."""

from dataclasses import dataclass

from nexy.modules.sensor_streams.sources.options import OptionReader


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipOptions:
    """How a recording is opened.

    allow_dead: open it although no channel moves. band: which of the bands of a file that has several. first_channel:
    the number of its first channel. scale, unit: what a count is worth, where the file does not say. gaps, max_gap:
    whether missing seconds between files are filled with NaN. start: when a WAV begins (epoch seconds).
    """

    allow_dead: bool
    band: int
    first_channel: int
    scale: float
    unit: str
    refuses_gaps: bool
    longest_gap_seconds: float
    start_s: float


def clip_options(given: OptionReader) -> ClipOptions:
    """Read them; the caller reads its own and then ends the reader. Raises `ConfigurationInvalid`."""
    return ClipOptions(
        allow_dead=given.flag("allow_dead"),
        band=given.whole("band", 0, 0, 4095),
        first_channel=given.whole("first_channel", 0, 0, 1_000_000_000),
        scale=given.number("scale", 1.0, 1e-30, 1e30),
        unit=given.text("unit"),
        refuses_gaps=given.one_of("gaps", ("fill", "refuse")) == "refuse",
        longest_gap_seconds=given.number("max_gap", 60.0, 0.0, 86400.0),
        start_s=given.number("start", -1.0, 0.0, 4e9),
    )
