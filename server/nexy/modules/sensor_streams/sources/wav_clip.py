"""A WAV file as a clip: one channel of sound is one channel of the fibre; full scale is 1."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nexy.modules.sensor_streams.sources.clip import PIECE_BYTES, ClipShape
from nexy.modules.sensor_streams.sources.clip_options import ClipOptions
from nexy.modules.sensor_streams.sources.das_library import NotReadable, readable
from nexy.modules.sensor_streams.sources.errors import broken
from nexy.modules.sensor_streams.sources.sample_source import Samples

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
# A writer that streams cannot know the length; it leaves one of these and the file's end decides.
_UNKNOWN_LENGTH = frozenset({0, 0x7FFFFFFF, 0xFFFFFFFF})
_NANOSECONDS = 1_000_000_000


def _from_24_bits(data: bytes) -> NDArray[Any]:
    """Three bytes each, put into the upper three of four."""
    triples = np.frombuffer(data, np.uint8).reshape(-1, 3)
    wide = np.zeros((len(triples), 4), np.uint8)
    wide[:, 1:] = triples
    return wide.view("<i4").reshape(-1) / np.float64(2**31)


_DECODERS: dict[tuple[int, int], tuple[str, Callable[[bytes], NDArray[Any]]]] = {
    (_PCM, 8): ("uint8", lambda data: (np.frombuffer(data, np.uint8).astype(np.float32) - 128) / 128),
    (_PCM, 16): ("int16", lambda data: np.frombuffer(data, "<i2") / np.float32(2**15)),
    (_PCM, 24): ("int24", _from_24_bits),
    (_PCM, 32): ("int32", lambda data: np.frombuffer(data, "<i4") / np.float64(2**31)),
    (_FLOAT, 32): ("float32", lambda data: np.frombuffer(data, "<f4")),
    (_FLOAT, 64): ("float64", lambda data: np.frombuffer(data, "<f8")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where the frames lie and what one is."""

    encoding: tuple[int, int]
    channels: int
    rate: int
    offset: int
    length: int

    @property
    def frame_bytes(self) -> int:
        return self.channels * self.encoding[1] // 8


class WavClip:
    """Reads frames straight from the file, a slice at a time."""

    def __init__(self, source: str, path: Path, options: ClipOptions) -> None:
        """Raises `NotReadable`."""
        self._source = source
        self._path = path
        self._scale = np.float32(options.scale)
        with readable(path):
            self._file = path.open("rb")
        try:
            with readable(path):
                self._layout = _layout(path, self._file)
            dtype, self._decode = _DECODERS[self._layout.encoding]
            self.shape = self._shape(dtype, options)
        except BaseException:
            self._file.close()
            raise

    def read(self, first: int, samples: int, first_index: int, channels: int) -> Samples:
        """Exactly [channels][samples]. Raises `SourceBroken`."""
        out: Samples = np.empty((channels, samples), np.float32)
        piece = max(1, PIECE_BYTES // self._layout.frame_bytes)
        for done in range(0, samples, piece):
            count = min(piece, samples - done)
            frames = self._frames(first + done, count)[:, first_index : first_index + channels]
            np.multiply(frames.T, self._scale, out=out[:, done : done + count], casting="unsafe")
        return out

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _frames(self, first: int, count: int) -> NDArray[Any]:
        layout = self._layout
        self._file.seek(layout.offset + first * layout.frame_bytes)
        data = self._file.read(count * layout.frame_bytes)
        if len(data) < count * layout.frame_bytes:
            raise broken(self._source, f"{self._path.name} became shorter while it was read")
        return self._decode(data).reshape(-1, layout.channels)

    def _shape(self, dtype: str, options: ClipOptions) -> ClipShape:
        layout = self._layout
        samples = layout.length // layout.frame_bytes
        if not samples:
            raise NotReadable(f"{self._path.name} holds no samples")
        start_ns = round(options.start_s * _NANOSECONDS)
        if options.start_s < 0:
            # A WAV does not say when it was recorded; the time of its last change is when it ended.
            start_ns = self._path.stat().st_mtime_ns - samples * _NANOSECONDS // layout.rate
        return ClipShape(
            sample_rate_hz=float(layout.rate),
            samples=samples,
            channels=layout.channels,
            start_ns=start_ns,
            unit=options.unit,
            dtype=dtype,
            distance_step_m=0.0,
            fiber_start_m=0.0,
            description=f"WAV, {dtype}",
        )


def _layout(path: Path, file: BinaryIO) -> _Layout:
    head = file.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
        raise NotReadable(f"{path.name} is not a WAV file")
    fmt = b""
    while len(header := file.read(8)) == 8:
        name, length = header[:4], int.from_bytes(header[4:], "little")
        if name == b"data":
            return _checked(path, fmt, file.tell(), length)
        if name == b"fmt ":
            fmt = file.read(length)
            length = 0
        # Chunks are padded to an even length.
        file.seek(length + (int.from_bytes(header[4:], "little") & 1), 1)
    raise NotReadable(f"{path.name} has no data: it is truncated or was never finished")


def _checked(path: Path, fmt: bytes, offset: int, length: int) -> _Layout:
    if len(fmt) < 16:
        raise NotReadable(f"{path.name} does not say its format before its data")
    code, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", fmt)
    if code == _EXTENSIBLE and len(fmt) >= 26:
        code = int.from_bytes(fmt[24:26], "little")
    if (code, bits) not in _DECODERS or not channels or not rate:
        raise NotReadable(
            f"{path.name} is encoded as {code} with {bits} bits, {channels} channel(s), {rate} Hz: "
            "8, 16, 24, 32 bit PCM and 32, 64 bit float are read"
        )
    held = path.stat().st_size - offset
    if length not in _UNKNOWN_LENGTH and length > held:
        raise NotReadable(f"{path.name} is truncated: it promises {length} bytes of sound and holds {held}")
    length = held if length in _UNKNOWN_LENGTH else length
    return _Layout(encoding=(code, bits), channels=channels, rate=rate, offset=offset, length=length)
