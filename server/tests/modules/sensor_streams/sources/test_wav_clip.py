"""Sound is samples too."""

import os
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from nexy.contracts.errors import ValidationFailed
from nexy.modules.sensor_streams.sources.errors import SourceBroken
from support.sources import Open

WAVE = np.stack([np.sin(np.arange(400) / 9), np.linspace(-1, 0.9, 400)], axis=1)


def riff(code: int, bits: int, data: bytes, *, length: int | None = None, extra: bytes = b"") -> bytes:
    """A WAV of two channels at 8 kHz."""
    frame = 2 * bits // 8
    fmt = struct.pack("<HHIIHH", code, 2, 8000, 8000 * frame, frame, bits) + extra
    odd = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    said = len(data) if length is None else length
    body = b"WAVE" + odd + b"fmt " + struct.pack("<I", len(fmt)) + fmt + b"data" + struct.pack("<I", said) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def pcm(bits: int) -> bytes:
    """The wave in whole numbers."""
    whole: NDArray[np.int64] = np.round(WAVE * (2 ** (bits - 1) - 1)).astype(np.int64)
    if bits == 8:
        return (whole + 128).astype(np.uint8).tobytes()
    if bits == 24:
        return whole.astype("<i4").reshape(-1, 1).view(np.uint8)[:, :3].tobytes()
    return whole.astype(f"<i{bits // 8}").tobytes()


@pytest.mark.parametrize(
    ("code", "bits", "data", "error"),
    [
        (1, 8, pcm(8), 2e-2),
        (1, 16, pcm(16), 1e-4),
        (1, 24, pcm(24), 1e-6),
        (1, 32, pcm(32), 1e-6),
        (3, 32, WAVE.astype("<f4").tobytes(), 1e-7),
        (3, 64, WAVE.astype("<f8").tobytes(), 1e-7),
    ],
)
def test_every_encoding_gives_the_same_wave(
    code: int, bits: int, data: bytes, error: float, opened: Open, tmp_path: Path
) -> None:
    """Full scale is 1; each sound channel is a channel."""
    (tmp_path / "a.wav").write_bytes(riff(code, bits, data))
    source = opened("wav", tmp_path / "a.wav", start="12.5")
    assert (source.facts.channels, source.facts.samples, source.facts.sample_rate_hz) == (2, 400, 8000.0)
    assert (source.facts.start_ns, source.facts.live, source.facts.unit) == (12_500_000_000, False, "")
    np.testing.assert_allclose(source.read(0, 400, 0, 2), WAVE.T, atol=error)


def test_the_extensible_header_is_read(opened: Open, tmp_path: Path) -> None:
    """The real encoding is in its extension."""
    extra = struct.pack("<HHIH", 22, 16, 3, 1) + b"\0" * 14
    (tmp_path / "a.wav").write_bytes(riff(0xFFFE, 16, pcm(16), extra=extra))
    assert opened("wav", tmp_path / "a.wav").facts.dtype == "int16"


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF])
def test_a_streamed_wav_without_a_length_ends_with_its_file(length: int, opened: Open, tmp_path: Path) -> None:
    """As written by a program that could not go back; the time of its last change is when it ended."""
    path = tmp_path / "a.wav"
    path.write_bytes(riff(1, 16, pcm(16), length=length))
    os.utime(path, ns=(10**18, 10**18))
    source = opened("wav", path)
    assert (source.facts.samples, source.facts.start_ns) == (400, 10**18 - 50_000_000)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"ID3 not sound at all", "a.wav is not a WAV file"),
        (b"", "a.wav is not a WAV file"),
        (riff(1, 16, pcm(16))[:-1], "truncated: it promises 1600 bytes of sound and holds 1599"),
        (riff(1, 16, pcm(16))[:40], "has no data"),
        (riff(2, 4, pcm(8)), "is encoded as 2 with 4 bits"),
        (riff(1, 16, b""), "holds no samples"),
        (b"RIFF\0\0\0\0WAVEdata\4\0\0\0abcd", "does not say its format"),
    ],
)
def test_what_is_no_sound_is_refused(content: bytes, said: str, opened: Open, tmp_path: Path) -> None:
    """Each with its own sentence."""
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(ValidationFailed) as refused:
        opened("wav", tmp_path / "a.wav")
    assert said in refused.value.message


def test_a_wav_that_shrinks_breaks_the_source(opened: Open, tmp_path: Path) -> None:
    """Sound that is gone is not silence."""
    path = tmp_path / "a.wav"
    path.write_bytes(riff(1, 16, pcm(16)))
    source = opened("wav", path)
    os.truncate(path, 200)
    with pytest.raises(SourceBroken, match="became shorter"):
        source.read(300, 100, 0, 2)


def test_sound_can_be_looped(opened: Open, tmp_path: Path) -> None:
    """A WAV is a clip like any other."""
    (tmp_path / "a.wav").write_bytes(riff(1, 16, pcm(16)))
    source = opened("loop", tmp_path / "a.wav")
    np.testing.assert_array_equal(source.read(399, 2, 0, 2)[:, 1:], source.read(0, 1, 0, 2))
