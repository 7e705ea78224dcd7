"""From the engine's sample rate to the configured one, with soxr.

The `soxr` package needs numpy, which would double a worker's memory and start-up time for nothing but int16 bytes.
So its library is called directly where it exports the C interface, and through the package elsewhere.
"""

import ctypes
import importlib.util
from pathlib import Path
from typing import Protocol

_INT16 = 3
_NO_DITHER = 8
_FLUSH_FRAMES = 4096


class Resampler(Protocol):
    """PCM int16 mono in, the same at another rate out; deterministic."""

    def feed(self, pcm: bytes) -> bytes:
        """What is ready after these samples."""
        ...

    def flush(self) -> bytes:
        """The rest of the signal; ready for the next one."""
        ...


class SameRate:
    """Nothing to do."""

    def feed(self, pcm: bytes) -> bytes:
        """The samples themselves."""
        return pcm

    def flush(self) -> bytes:
        """Nothing is ever held."""
        return b""


class _IoSpec(ctypes.Structure):
    _fields_ = (
        ("input_type", ctypes.c_int),
        ("output_type", ctypes.c_int),
        ("scale", ctypes.c_double),
        ("error", ctypes.c_void_p),
        ("flags", ctypes.c_ulong),
    )


class LibraryResampler:
    """soxr through its C interface, in high quality and without dither, which would draw on the clock.

    Raises `OSError` where the library does not load and `AttributeError` where it hides its interface.
    """

    def __init__(self, source_rate: int, target_rate: int) -> None:
        self._ratio = target_rate / source_rate
        self._library = _declared(ctypes.CDLL(str(_library_path())))
        error = ctypes.c_char_p()
        spec = _IoSpec(_INT16, _INT16, 1.0, None, _NO_DITHER)
        stream: int | None = self._library.soxr_create(
            source_rate, target_rate, 1, ctypes.byref(error), ctypes.byref(spec), None, None
        )
        if not stream:
            raise OSError(f"soxr: {(error.value or b'no stream').decode()}")
        self._stream = ctypes.c_void_p(stream)

    def feed(self, pcm: bytes) -> bytes:
        """What is ready after these samples."""
        frames = len(pcm) // 2
        return self._process(pcm, frames, round(frames * self._ratio) + _FLUSH_FRAMES)

    def flush(self) -> bytes:
        """The rest of the signal; ready for the next one."""
        rest = b"".join(iter(lambda: self._process(None, 0, _FLUSH_FRAMES), b""))
        self._library.soxr_clear(self._stream)
        return rest

    def _process(self, pcm: bytes | None, frames: int, room: int) -> bytes:
        out = ctypes.create_string_buffer(2 * room)
        taken, made = ctypes.c_size_t(), ctypes.c_size_t()
        error = self._library.soxr_process(
            self._stream, pcm, frames, ctypes.byref(taken), out, room, ctypes.byref(made)
        )
        if error or taken.value != frames:
            raise OSError("soxr took less than it was given")
        return ctypes.string_at(out, 2 * made.value)


def _library_path() -> Path:
    spec = importlib.util.find_spec("soxr")
    if spec is None or spec.origin is None:
        raise OSError("the package soxr is missing")
    for name in ("soxr_ext*.so", "soxr_ext*.pyd"):
        for path in Path(spec.origin).parent.glob(name):
            return path
    raise OSError("the package soxr has no library of its own")


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    library.soxr_create.argtypes = (ctypes.c_double, ctypes.c_double, ctypes.c_uint, *[pointer] * 4)
    library.soxr_create.restype = pointer
    library.soxr_process.argtypes = (pointer, ctypes.c_char_p, size, pointer, pointer, size, pointer)
    library.soxr_process.restype = ctypes.c_char_p
    library.soxr_clear.argtypes = (pointer,)
    library.soxr_clear.restype = ctypes.c_char_p
    return library


class PackageResampler:
    """soxr through its Python package; in floats, because its int16 output is dithered."""

    def __init__(self, source_rate: int, target_rate: int) -> None:
        import numpy
        import soxr

        self._numpy = numpy
        self._stream = soxr.ResampleStream(source_rate, target_rate, 1, dtype="float32", quality="HQ")

    def feed(self, pcm: bytes) -> bytes:
        """What is ready after these samples."""
        return self._process(pcm, last=False)

    def flush(self) -> bytes:
        """The rest of the signal; ready for the next one."""
        rest = self._process(b"", last=True)
        self._stream.clear()
        return rest

    def _process(self, pcm: bytes, *, last: bool) -> bytes:
        samples = self._numpy.frombuffer(pcm, dtype="<i2").astype(self._numpy.float32)
        made = self._stream.resample_chunk(samples, last=last)
        return bytes(self._numpy.clip(self._numpy.rint(made), -32768, 32767).astype("<i2").tobytes())


def open_resampler(source_rate: int, target_rate: int) -> Resampler:
    """The lightest resampler that works here; raises `OSError` or `ImportError` when none does."""
    if source_rate == target_rate:
        return SameRate()
    try:
        return LibraryResampler(source_rate, target_rate)
    except (OSError, AttributeError):
        return PackageResampler(source_rate, target_rate)
