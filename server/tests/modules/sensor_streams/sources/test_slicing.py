"""However a recording is read, the samples are the same."""

import shutil
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexy.contracts.errors import ValidationFailed
from nexy.modules.sensor_streams.sources.opening import open_source, parse_sources
from nexy.modules.sensor_streams.sources.sample_source import SampleSource
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from support.das_files import write_das
from support.recordings import CUTS

MADE = "a=synthetic:?tones=2:31.7:1;*:7:0.1&vehicle=30&footsteps=yes&duration=20&channels=20&rate=500&nan=4"


def _wav(folder: Path) -> str:
    with wave.open(str(folder / "voice.wav"), "wb") as file:
        file.setparams((2, 2, 8000, 0, "NONE", ""))
        file.writeframes(np.random.default_rng(1).integers(-9999, 9999, 6000).astype("<i2").tobytes())
    return str(folder / "voice.wav")


def _folder(folder: Path) -> str:
    files = folder / "files"
    files.mkdir()
    for first in (0, 40, 120):
        write_das(files / f"{first:04d}.h5", first, samples=40)
    return str(files)


@pytest.fixture(scope="module", params=["stored", "parsed", "folder", "wav", "synthetic"])
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleSource]:
    folder = tmp_path_factory.mktemp("slices")
    made: dict[str, Callable[[], SourceSpec]] = {
        "stored": lambda: SourceSpec(name="a", kind="recording", address=str(CUTS / "prodml_2.0.h5")),
        "parsed": lambda: SourceSpec(name="a", kind="recording", address=str(CUTS / "febus_2.h5")),
        "folder": lambda: SourceSpec(name="a", kind="recording", address=_folder(folder)),
        "wav": lambda: SourceSpec(name="a", kind="wav", address=_wav(folder)),
        "synthetic": lambda: parse_sources(MADE)[0],
    }
    opened = open_source(made[request.param]())
    yield opened
    opened.close()
    shutil.rmtree(folder)


@settings(max_examples=30)
@given(data=st.data())
def test_any_slice_equals_that_part_of_one_read(source: SampleSource, data: st.DataObject) -> None:
    """Bit for bit, for any channels and any samples."""
    length, channels = source.available(), source.facts.channels
    whole = source.read(0, length, 0, channels)
    first = data.draw(st.integers(0, length - 1))
    count = data.draw(st.integers(1, length - first))
    channel = data.draw(st.integers(0, channels - 1))
    wide = data.draw(st.integers(1, channels - channel))
    part = source.read(first, count, channel, wide)
    np.testing.assert_array_equal(part, whole[channel : channel + wide, first : first + count])
    assert part.flags.c_contiguous


_NO_SAMPLES = [(-1, 5, 0, 1), (0, 0, 0, 1), (10**7, 1, 0, 1), (0, 10**7, 0, 1)]
_NO_CHANNELS = [(0, 5, -1, 1), (0, 5, 0, 1000), (0, 5, 5000, 1), (0, 5, 0, 0)]


@pytest.mark.parametrize(
    ("span", "field"),
    [*((span, "samples") for span in _NO_SAMPLES), *((span, "channels") for span in _NO_CHANNELS)],
)
def test_what_is_not_there_is_refused(source: SampleSource, span: tuple[int, int, int, int], field: str) -> None:
    """Samples and channels outside are a clear error that names which."""
    with pytest.raises(ValidationFailed, match="are not within") as refused:
        source.read(*span)
    assert refused.value.field == field
