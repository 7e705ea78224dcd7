"""The options of a growing folder."""

from dataclasses import dataclass

from nexy.modules.sensor_streams.sources.clip_options import ClipOptions, clip_options
from nexy.modules.sensor_streams.sources.options import OptionReader


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderOptions:
    """How a folder is followed, beside how its files are read.

    poll: seconds between two looks. settle: a file that has not changed for so long is complete. patience: a file that
    still cannot be read so long after its last change is left out. keep: how many files are remembered.
    """

    clip: ClipOptions
    poll_seconds: float
    settle_seconds: float
    patience_seconds: float
    keep: int


def folder_options(given: OptionReader) -> FolderOptions:
    """Read them. Raises `ConfigurationInvalid`."""
    return FolderOptions(
        clip=clip_options(given),
        poll_seconds=given.number("poll", 0.5, 0.0, 3600.0),
        settle_seconds=given.number("settle", 2.0, 0.0, 3600.0),
        patience_seconds=given.number("patience", 30.0, 0.0, 86400.0),
        keep=given.whole("keep", 10_000, 1, 1_000_000),
    )
