"""Sound into a WAV file."""

import wave
from pathlib import Path
from types import TracebackType
from typing import Self

from nexy_client.events import SAMPLE_BYTES, Sound


class WaveFile:
    """Writes sound as it comes; the header is right after every piece, so a broken-off file still plays.

    No file is made before the first sound. Raises ValueError when the format changes midway.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = str(path)
        self._writer: wave.Wave_write | None = None
        self._format = (0, 0)
        self._closed = False
        self.frames = 0

    def write(self, sound: Sound) -> None:
        """Append one piece; raises ValueError after `close`."""
        if self._closed:
            raise ValueError("the file is closed")
        writer = self._writer if self._writer is not None else self._open(sound)
        if (sound.sample_rate, sound.channels) != self._format:
            raise ValueError(f"sound changed from {self._format} to {(sound.sample_rate, sound.channels)}")
        writer.writeframes(sound.data)
        self.frames += sound.frames

    def close(self) -> None:
        """Finish the file."""
        self._closed = True
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _open(self, sound: Sound) -> wave.Wave_write:
        writer = wave.open(self._path, "wb")  # noqa: SIM115  the file lives as long as this object
        self._writer = writer
        self._format = (sound.sample_rate, sound.channels)
        writer.setnchannels(sound.channels)
        writer.setsampwidth(SAMPLE_BYTES)
        writer.setframerate(sound.sample_rate)
        return writer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
