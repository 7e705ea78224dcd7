"""Memory and what is imported stay bounded."""

import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np

from support.recordings import CUTS
from support.sources import Open

MIB = 1024 * 1024


def long_recording(path: Path, samples: int, channels: int) -> Path:
    """A recording of 1 kHz in the form of the GDR cut; samples that were never written take no room on disk."""
    import h5py

    with h5py.File(CUTS / "gdr_1.h5") as cut, h5py.File(path, "w") as file:
        cut.copy("DasMetadata", file)
        raw = file.create_dataset("DasRawData/RawData", (samples, channels), "f4", chunks=(4096, channels))
        raw.attrs["DasDimensions"] = cut["DasRawData/RawData"].attrs["DasDimensions"]
        raw[:4096] = np.random.default_rng(0).normal(size=(4096, channels))
        raw[-4096:] = np.random.default_rng(1).normal(size=(4096, channels))
        file["DasRawData/DasTimeArray"] = np.arange(samples, dtype=np.uint64) * 1_000_000
    return path


def test_a_long_recording_is_never_held_whole(opened: Open, tmp_path: Path) -> None:
    """Opening and reading 500 MB of samples in slices of 2 MB never takes more than 40 MiB."""
    path = long_recording(tmp_path / "long.h5", 1_000_000, 128)
    opened("recording", CUTS / "gdr_1.h5")
    tracemalloc.start()
    try:
        source = opened("recording", path)
        for first in range(0, 1_000_000 - 4096, 100_000):
            source.read(first, 4096, 0, 128)
        assert source.read(0, 1_000_000, 64, 1).shape == (1, 1_000_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert source.facts.samples == 1_000_000
    assert peak < 40 * MIB


def test_one_channel_of_a_parsed_file_holds_little(opened: Open) -> None:
    """A file that DASCore must regroup is read in pieces too, whatever is asked for."""
    source = opened("recording", CUTS / "febus_2.h5")
    tracemalloc.start()
    try:
        source.read(0, 1049, 0, 1)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 12 * MIB


def test_the_server_reads_its_sources_text_without_heavy_imports() -> None:
    """Parsing and checking the configuration imports no DASCore, scipy, h5py or pandas."""
    program = (
        "import sys; from nexy.modules.sensor_streams.sources.opening import parse_sources;"
        "parse_sources('a=recording:/a, b=synthetic:?tones=1:50:1');"
        "sys.exit(str({'dascore', 'scipy', 'h5py', 'pandas'} & set(sys.modules)) if "
        "{'dascore', 'scipy', 'h5py', 'pandas'} & set(sys.modules) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=50, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_cuts_stay_small() -> None:
    """Under 2 MB in all, with their licence."""
    assert sum(path.stat().st_size for path in CUTS.iterdir()) < 2_000_000
    assert "MIT" in (CUTS / "LICENSE").read_text()
