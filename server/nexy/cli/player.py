"""Plays sound as it comes, through whatever player this machine has."""

import asyncio
import tempfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from nexy.cli.players import Players
from nexy_client import Sound, WaveFile

# More than a pipe and the writer before it hold: a player that never read cannot have taken so much.
_FIRST_BYTES = 256 * 1024


class RawPlayer:
    """Pipes samples into a process as they come.

    A process that ends within the first pieces was the wrong one: the next one gets them again. One that ends later
    is left alone: words still come.
    """

    def __init__(self, players: Players) -> None:
        self._players = players
        self._process: asyncio.subprocess.Process | None = None
        self._first: list[Sound] = []
        self._first_bytes = 0

    async def play(self, sound: Sound) -> None:
        """Hand over one piece; waits while the player has enough."""
        if self._settled():
            if self._process is not None:
                await _takes(self._process, [sound])
            return
        self._first.append(sound)
        self._first_bytes += len(sound.data)
        if self._process is None:
            await self._begin()
        elif not await _takes(self._process, [sound]):
            await self._go_on_with_next()
        if self._settled():
            self._first.clear()

    def _settled(self) -> bool:
        return self._first_bytes > _FIRST_BYTES

    async def _begin(self) -> None:
        """Start the best player that takes everything there is so far."""
        while (command := self._players.raw) is not None:
            self._process = await _started(command.path, *command.arguments_for(self._first[0]), with_input=True)
            if self._process is not None and await _takes(self._process, self._first):
                return
            await self._give_up()

    async def _go_on_with_next(self) -> None:
        await self._give_up()
        await self._begin()

    async def _give_up(self) -> None:
        command = self._players.raw
        if command is not None:
            self._players.give_up(command)
        await self._end()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the last sound be heard, or stop at once when the block was left by an error."""
        try:
            while kind is None and self._process is not None:
                _input_of(self._process).close()
                if await self._process.wait() == 0 or self._settled():
                    return
                await self._go_on_with_next()
        finally:
            await self._end()


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
        process = await _started(self._path, str(self._file)) if kind is None and self._wave.frames else None
        try:
            if process is not None:
                await process.wait()
        finally:
            if process is not None and process.returncode is None:
                process.kill()
                await process.wait()
            self._folder.cleanup()


Player = RawPlayer | FilePlayer


def player_for_answer(players: Players) -> Player | None:
    """The best that is left for one answer; None on a machine without sound."""
    if players.raw is not None:
        return RawPlayer(players)
    return FilePlayer(players.file_player) if players.file_player else None


async def _started(*command: str, with_input: bool = False) -> asyncio.subprocess.Process | None:
    quiet, pipe = asyncio.subprocess.DEVNULL, asyncio.subprocess.PIPE
    try:
        return await asyncio.create_subprocess_exec(
            *command, stdin=pipe if with_input else quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
    except OSError:
        return None


async def _takes(process: asyncio.subprocess.Process, sounds: Iterable[Sound]) -> bool:
    """Whether the player still reads; waits while it has enough."""
    try:
        for sound in sounds:
            _input_of(process).write(sound.data)
            await _input_of(process).drain()
    except (BrokenPipeError, ConnectionResetError):
        return False
    return process.returncode is None


def _input_of(process: asyncio.subprocess.Process) -> asyncio.StreamWriter:
    assert process.stdin is not None
    return process.stdin
