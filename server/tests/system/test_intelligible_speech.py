"""Somebody else understands what is said: Debian's pocketsphinx listens to the answer."""

import asyncio
import re
import shutil
import wave
from pathlib import Path

import numpy as np
import pytest
import soxr

from support.nexy_process import nexy, nexy_serve

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not shutil.which("pocketsphinx_continuous"), reason="pocketsphinx is not installed"),
]
LONG_WORD = re.compile(r"[a-z]{4,}")


def as_16_khz(source: Path, target: Path, *, backwards: bool = False) -> None:
    """What the recogniser was trained on: 16 kHz mono; backwards it is the same sound without its words."""
    with wave.open(str(source)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2")
        rate = sound.getframerate()
    if backwards:
        samples = samples[::-1]
    with wave.open(str(target), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(soxr.resample(samples, rate, 16_000).astype("<i2").tobytes())


async def recognised(file: Path) -> set[str]:
    process = await asyncio.create_subprocess_exec(
        "pocketsphinx_continuous", "-infile", str(file), "-logfn", "/dev/null", stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    return set(out.decode().lower().split())


@pytest.mark.timeout(180)
async def test_a_recogniser_understands_the_english_answer(tmp_path: Path) -> None:
    """Of the longer words of an answer at least six are recognised, three times as many as in the sound backwards.

    The recogniser knows 130 000 words and was trained on people, so a formant voice cannot reach them all.
    """
    async with nexy_serve(tmp_path):
        asked = await nexy(tmp_path, "talk", "What can you do?", "--wav", "a.wav", "--quiet")
        assert asked.code == 0
    expected = set(LONG_WORD.findall(asked.out.lower()))
    as_16_khz(tmp_path / "a.wav", tmp_path / "speech.wav")
    as_16_khz(tmp_path / "a.wav", tmp_path / "noise.wav", backwards=True)
    heard, by_chance = await asyncio.gather(recognised(tmp_path / "speech.wav"), recognised(tmp_path / "noise.wav"))
    assert len(expected & heard) >= 6, f"recognised only {sorted(expected & heard)}"
    assert len(expected & heard) >= 3 * len(expected & by_chance), f"by chance {sorted(expected & by_chance)}"
