"""The programs of this machine that play sound."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from nexy_client import Sound

_RAW_PLAYERS = (
    ("paplay", "--raw", "--format=s16le", "--rate={rate}", "--channels={channels}"),
    ("aplay", "-q", "-t", "raw", "-f", "S16_LE", "-r", "{rate}", "-c", "{channels}"),
    # Newer ones take bare samples only when told so, older ones do not know the word.
    ("pw-play", "--raw", "--format=s16", "--rate={rate}", "--channels={channels}", "-"),
    ("pw-play", "--format=s16", "--rate={rate}", "--channels={channels}", "-"),
    ("play", "-q", "-t", "raw", "-e", "signed", "-b", "16", "-L", "-r", "{rate}", "-c", "{channels}", "-"),
    ("ffplay", "-loglevel", "quiet", "-nodisp", "-autoexit", "-f", "s16le", "-ar", "{rate}", "-i", "-"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCommand:
    """A program that plays bare samples from its standard input; `arguments` have places for {rate} and {channels}."""

    path: str
    arguments: tuple[str, ...]

    def arguments_for(self, sound: Sound) -> list[str]:
        """Those for the form of this sound."""
        return [part.format(rate=sound.sample_rate, channels=sound.channels) for part in self.arguments]


class Players:
    """The players of this machine; one that failed is not asked again."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self._raw = [
            RawCommand(path=path, arguments=tuple(arguments))
            for name, *arguments in _RAW_PLAYERS
            if (path := shutil.which(name))
        ]
        self.file_player = shutil.which("afplay")

    @property
    def raw(self) -> RawCommand | None:
        """The best one that takes bare samples."""
        return self._raw[0] if self._raw else None

    def give_up(self, command: RawCommand) -> None:
        """This one does not play."""
        self._raw.remove(command)
        name = Path(command.path).name
        if name not in self.failed:
            self.failed.append(name)

    @property
    def silent(self) -> bool:
        """Whether there are players and none of them plays."""
        return bool(self.failed) and not self._raw and not self.file_player
