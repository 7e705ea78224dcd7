"""Sound on disk."""

import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from nexy_client import Sound, WaveFile


def sound(*samples: int, sample_rate: int = 48_000) -> Sound:
    """Mono samples."""
    return Sound(data=np.array(samples, dtype="<i2").tobytes(), sample_rate=sample_rate)


def read(path: Path) -> tuple[int, int, int, list[int]]:
    """Rate, channels, sample width and samples, as any player sees them."""
    with wave.open(str(path)) as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        return file.getframerate(), file.getnchannels(), file.getsampwidth(), samples.tolist()


def test_pieces_become_one_file(tmp_path: Path) -> None:
    """Format and samples come back exactly."""
    path = tmp_path / "a.wav"
    with WaveFile(path) as file:
        file.write(sound(1, -2, 3))
        file.write(sound(32767, -32768))
        assert file.frames == 5
    assert read(path) == (48_000, 1, 2, [1, -2, 3, 32767, -32768])


def test_a_file_that_was_broken_off_still_plays(tmp_path: Path) -> None:
    """After every piece the header tells the true length, before anything is closed."""
    path = tmp_path / "a.wav"
    file = WaveFile(path)
    file.write(sound(*range(10_000)))
    whole = path.read_bytes()
    assert int.from_bytes(whole[40:44], "little") == 20_000
    assert int.from_bytes(whole[4:8], "little") == 20_036
    file.close()
    assert read(path)[3] == list(range(10_000))


def test_no_sound_makes_no_file(tmp_path: Path) -> None:
    """An answer without sound leaves nothing that looks like a recording."""
    path = tmp_path / "a.wav"
    with WaveFile(path):
        pass
    assert not path.exists()


def test_a_format_that_changes_midway_is_refused(tmp_path: Path) -> None:
    """Sound of another rate is not written as if it were the same."""
    with WaveFile(tmp_path / "a.wav") as file:
        file.write(sound(1, 2))
        with pytest.raises(ValueError, match="48000"):
            file.write(sound(3, sample_rate=16_000))
    assert read(tmp_path / "a.wav")[3] == [1, 2]


def test_a_closed_file_is_not_begun_anew(tmp_path: Path) -> None:
    """A late piece does not wipe out what was recorded."""
    file = WaveFile(tmp_path / "a.wav")
    file.write(sound(1))
    file.close()
    with pytest.raises(ValueError, match="closed"):
        file.write(sound(2))
    assert read(tmp_path / "a.wav")[3] == [1]


def test_samples_are_frames_by_channels() -> None:
    """Stereo sound gives two columns, and its length counts frames."""
    stereo = Sound(data=np.array([1, 2, 3, 4], dtype="<i2").tobytes(), sample_rate=2, channels=2)
    assert stereo.samples().tolist() == [[1, 2], [3, 4]]
    assert (stereo.frames, stereo.seconds) == (2, 1.0)


@pytest.mark.parametrize("nonsense", [{"channels": 0}, {"sample_rate": 0}])
def test_nonsense_in_a_claim_is_no_crash(nonsense: dict[str, int]) -> None:
    """Sound with zero channels or zero rate lasts no time; whoever checks it says so."""
    claims = {"sample_rate": 48_000, "channels": 1, **nonsense}
    assert Sound(data=b"\0\0", sample_rate=claims["sample_rate"], channels=claims["channels"]).seconds == 0


def test_the_client_is_light() -> None:
    """Importing the client brings neither numpy nor the server, nor the scripted one."""
    import subprocess

    program = "import sys, nexy_client; print(*sorted({'numpy', 'nexy', 'nexy_client.testing'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=30)
    assert found.stdout.strip() == ""
