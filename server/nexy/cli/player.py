"""Plays sound as it comes, through whatever player this machine has."""

import asyncio
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from nexy_client import Sound, WaveFile

_RAW_PLAYERS = {
    "pw-play": ("--format=s16", "--rate={rate}", "--channels={channels}", "-"),
    "paplay": ("--raw", "--format=s16le", "--rate={rate}", "--channels={channels}"),
    "aplay": ("-q", "-t", "raw", "-f", "S16_LE", "-r", "{rate}", "-c", "{channels}"),
    "play": ("-q", "-t", "raw", "-e", "signed", "-b", "16", "-L", "-r", "{rate}", "-c", "{channels}", "-"),
    "ffplay": ("-loglevel", "quiet", "-nodisp", "-autoexit", "-f", "s16le", "-ar", "{rate}", "-i", "-"),
}


def find_player() -> "Player | None":
    """The first player that is installed; None on a machine without sound."""
    for name, arguments in _RAW_PLAYERS.items():
        if path := shutil.which(name):
            return RawPlayer(path, arguments)
    if path := shutil.which("afplay"):
        return FilePlayer(path)
    return None


class RawPlayer:
    """Pipes PCM into a process as it comes; a player that fails is left alone: words still come."""

    def __init__(self, path: str, arguments: tuple[str, ...]) -> None:
        self._path = path
        self._arguments = arguments
        self._process: asyncio.subprocess.Process | None = None

    async def play(self, sound: Sound) -> None:
        """Hand over one piece; waits while the player has enough."""
        if self._process is None:
            told = [part.format(rate=sound.sample_rate, channels=sound.channels) for part in self._arguments]
            self._process = await _started(self._path, *told, stdin=asyncio.subprocess.PIPE)
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(sound.data)
            await self._process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            return

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the last sound be heard, or stop at once when the block was left by an error."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        if kind is not None and process.returncode is None:
            process.kill()
        await process.wait()


class FilePlayer:
    """For macOS's own player, which plays files only: the answer is heard when it is complete."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._folder = tempfile.TemporaryDirectory(prefix="nexy-talk-")
        self._file = Path(self._folder.name) / "answer.wav"
        self._wave = WaveFile(self._file)

    async def play(self, sound: Sound) -> None:
        """Keep one piece."""
        self._wave.write(sound)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wave.close()
        if kind is None and self._wave.frames:
            await (await _started(self._path, str(self._file))).wait()
        self._folder.cleanup()


Player = RawPlayer | FilePlayer


async def _started(*command: str, stdin: int | None = None) -> asyncio.subprocess.Process:
    quiet = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(
        *command, stdin=stdin or quiet, stdout=quiet, stderr=quiet, start_new_session=True
    )
