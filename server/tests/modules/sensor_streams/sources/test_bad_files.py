"""What is no recording, or is one no more."""

import pickle
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nexy.contracts.errors import ErrorType, ValidationFailed
from nexy.modules.sensor_streams.sources.errors import SourceBroken
from support.das_files import write_das
from support.recordings import CUTS
from support.sources import Open

CUT = CUTS / "prodml_2.0.h5"


def _truncated(path: Path) -> None:
    path.write_bytes(CUT.read_bytes()[:60_000])


def _header_only(path: Path) -> None:
    path.write_bytes(CUT.read_bytes()[:100])


def _foreign_hdf5(path: Path) -> None:
    import h5py

    with h5py.File(path, "w") as file:
        file["numbers"] = np.arange(5)


class _Trap:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return sys.exit, ("dascore.core Patch",)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_truncated, "a.h5 is truncated or damaged"),
        (_header_only, "a.h5 is truncated or damaged"),
        (_foreign_hdf5, "a.h5 is in no format that DASCore reads"),
        (lambda path: path.write_text("just words\n" * 50), "in no format that DASCore reads"),
        (lambda path: path.write_bytes(b""), "a.h5 is empty"),
        (lambda path: path.write_bytes(np.random.default_rng(3).bytes(9000)), "in no format that DASCore reads"),
        (lambda path: path.write_bytes(pickle.dumps(_Trap())), "is a pickle, which would run code"),
        (lambda path: path.mkdir(), "the folder 'a.h5' holds no recording"),
    ],
)
def test_what_is_no_recording_is_refused(make: Callable[[Path], None], said: str, tmp_path: Path, opened: Open) -> None:
    """Each gets its own sentence, with the source's name and the file's, and never its folder."""
    make(tmp_path / "a.h5")
    with pytest.raises(ValidationFailed) as refused:
        opened("recording", tmp_path / "a.h5")
    assert refused.value.message.startswith("source 'well': ")
    assert said in refused.value.message
    assert str(tmp_path) not in refused.value.message
    assert (refused.value.code, refused.value.field) == ("source_unreadable", "source")


@pytest.mark.parametrize("kind", ["recording", "folder", "loop", "replay", "wav"])
def test_a_path_that_is_not_there_is_refused(kind: str, opened: Open, tmp_path: Path) -> None:
    """Whatever the kind, the file that is missing is named."""
    with pytest.raises(ValidationFailed, match=r"there is no file or folder gone\.h5"):
        opened(kind, tmp_path / "gone.h5")


def test_any_prefix_of_a_recording_is_refused_or_reads(opened: Open, tmp_path: Path) -> None:
    """Cut anywhere, a file ends in a clear error, never in another exception."""
    whole = CUT.read_bytes()
    for number, length in enumerate(range(50, len(whole), len(whole) // 40)):
        path = tmp_path / f"{number}.h5"
        path.write_bytes(whole[:length])
        with pytest.raises(ValidationFailed, match=r"truncated or damaged|no format"):
            opened("recording", path)


def test_a_file_that_shrinks_while_it_is_read_breaks_the_source(opened: Open, tmp_path: Path) -> None:
    """The next read says so: the error of a source that failed, not of a request."""
    path = write_das(tmp_path / "a.h5")
    source = opened("recording", path)
    source.read(0, 10, 0, 3)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    with pytest.raises(SourceBroken, match=r"a\.h5 became shorter while it was read") as failed:
        source.read(10, 10, 0, 3)
    assert failed.value.error_type is ErrorType.INTERNAL
    assert pickle.loads(pickle.dumps(failed.value)).message == failed.value.message


def test_a_file_that_vanishes_breaks_the_source(opened: Open, tmp_path: Path) -> None:
    """The file is named."""
    path = write_das(tmp_path / "a.h5")
    source = opened("recording", path)
    path.unlink()
    with pytest.raises(SourceBroken, match=r"a\.h5 does not exist"):
        source.read(0, 10, 0, 3)


def test_without_dascore_the_command_that_installs_it_is_told(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence; kinds that need no DASCore still open."""
    monkeypatch.setitem(sys.modules, "dascore", None)
    with pytest.raises(ValidationFailed, match=r"not installed: pip install 'nexy-server\[das\]'") as refused:
        opened("recording", CUT)
    assert refused.value.code == "extra_missing"
    assert opened("synthetic").facts.channels == 100
