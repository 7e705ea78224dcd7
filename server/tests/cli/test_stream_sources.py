"""What a person names as a source."""

import os
from pathlib import Path

import pytest

from nexy.cli.stream_sources import known_sources, named_source, remember_served, sources_text, spec_of
from nexy.cli.surroundings import Surroundings
from nexy.config.unified_config import load_config
from nexy.contracts.errors import ConfigurationInvalid, ValidationFailed
from nexy.messages.catalogue import Catalogue
from nexy.modules.sensor_streams.sources.opening import parse_sources
from nexy.utils.run_file import RunFile

WORDS = Catalogue("en")


def surroundings(home: Path, sources: str = "") -> Surroundings:
    loaded = load_config({"NEXY_HOME": str(home), "SENSOR_SOURCES": sources}, cwd=home)
    return Surroundings(loaded=loaded, language="en", words=WORDS)


@pytest.mark.parametrize(("loop", "kind"), [(False, "recording"), (True, "loop")])
def test_a_file_is_a_recording_or_a_loop(tmp_path: Path, loop: bool, kind: str) -> None:
    """Its address is absolute, its name is what a name may hold."""
    file = tmp_path / "prodml_2.0, new?.h5"
    file.touch()
    spec = spec_of(str(file), loop=loop, words=WORDS)
    assert (spec.kind, spec.address, spec.name) == (kind, str(file), "prodml_2-0--new")
    assert parse_sources(spec.text) == (spec,)


@pytest.mark.parametrize("name", ["глубина.h5", "...h5", "x" * 100 + ".h5", "a=b.h5"])
def test_any_file_name_gives_a_name(tmp_path: Path, name: str) -> None:
    """Whatever the file is called, the source can be configured under what is made of it."""
    (tmp_path / name).touch()
    spec = spec_of(str(tmp_path / name), loop=False, words=WORDS)
    assert parse_sources(spec.text) == (spec,)


def test_a_folder_grows_unless_it_is_looped(tmp_path: Path) -> None:
    """A folder is a live source; with --loop it is played."""
    assert spec_of(str(tmp_path), loop=False, words=WORDS).kind == "folder"
    assert spec_of(str(tmp_path), loop=True, words=WORDS).kind == "loop"


def test_a_text_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its options stay, a relative address becomes absolute, --loop changes what would play once."""
    monkeypatch.chdir(tmp_path)
    demo = spec_of("demo=synthetic:?channels=4", loop=True, words=WORDS)
    assert (demo.kind, demo.address, demo.options) == ("synthetic", "", (("channels", "4"),))
    assert spec_of("a=recording:in/a.h5", loop=False, words=WORDS).address == str(tmp_path / "in" / "a.h5")
    assert spec_of("a=recording:a.h5", loop=True, words=WORDS).kind == "loop"


@pytest.mark.parametrize(
    ("what", "refusal", "words"),
    [
        ("nowhere.h5", ValidationFailed, "no such file"),
        ("a=movie:x", ConfigurationInvalid, "no kind 'movie'"),
        ("a=synthetic:?colour=red", ConfigurationInvalid, "no option 'colour'"),
        ("=", ConfigurationInvalid, "NAME=KIND:ADDRESS"),
    ],
)
def test_what_is_nothing_is_refused(what: str, refusal: type[Exception], words: str) -> None:
    """With what to write instead."""
    with pytest.raises(refusal, match=words):
        spec_of(what, loop=False, words=WORDS)


def test_several_are_one_text_in_their_order(tmp_path: Path) -> None:
    """The first one is the default."""
    (tmp_path / "b,c.h5").touch()
    text = sources_text(["demo=synthetic:", str(tmp_path / "b,c.h5")], loop=False, words=WORDS)
    assert [spec.name for spec in parse_sources(text)] == ["demo", "b-c"]


def test_a_note_of_what_is_served_counts_while_the_server_runs(tmp_path: Path) -> None:
    """Then it stands above the configuration; a dead server's note does not."""
    remember_served(surroundings(tmp_path, "served=synthetic:"))
    asking = surroundings(tmp_path, "configured=synthetic:")
    assert [spec.name for spec in known_sources(asking)] == ["configured"]
    server = RunFile(tmp_path)
    server.claim()
    server.write({"grpc": "127.0.0.1:1"})
    try:
        assert [spec.name for spec in known_sources(asking)] == ["served"]
        assert named_source(asking, "served").kind == "synthetic"
        with pytest.raises(ValidationFailed, match="there are: served"):
            named_source(asking, "nobody")
        assert named_source(asking, "other=synthetic:").name == "other"
    finally:
        server.release()


def test_a_note_of_an_earlier_server_does_not_count(tmp_path: Path) -> None:
    """`nexy serve` on the same home leaves no note; what the configuration says is what it serves."""
    asking = surroundings(tmp_path, "configured=synthetic:")
    remember_served(surroundings(tmp_path, "served=synthetic:"))
    note = tmp_path / "run" / "stream-sources"
    note.write_text(f"{os.getpid() + 1}\nserved=synthetic:")
    server = RunFile(tmp_path)
    server.claim()
    server.write({"grpc": "127.0.0.1:1"})
    try:
        assert [spec.name for spec in known_sources(asking)] == ["configured"]
    finally:
        server.release()


def test_a_note_is_for_its_owner_only(tmp_path: Path) -> None:
    """It names files of this machine."""
    remember_served(surroundings(tmp_path, "served=synthetic:"))
    assert (tmp_path / "run" / "stream-sources").stat().st_mode & 0o077 == 0


def test_a_path_may_have_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`PATH?option=value`, judged at once; a question mark that belongs to the file's name stays there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.h5").touch()
    (tmp_path / "b?c.h5").touch()
    spec = spec_of("a.h5?allow_dead=yes&band=2", loop=False, words=WORDS)
    assert (spec.kind, spec.address) == ("recording", str(tmp_path / "a.h5"))
    assert spec.options == (("allow_dead", "yes"), ("band", "2"))
    assert spec_of(".?poll=2", loop=False, words=WORDS).kind == "folder"
    assert spec_of("b?c.h5", loop=True, words=WORDS).options == ()
    assert spec_of("b?c.h5?speed=2", loop=True, words=WORDS).options == (("speed", "2"),)
    with pytest.raises(ConfigurationInvalid, match="no option 'colour'"):
        spec_of("a.h5?colour=red", loop=False, words=WORDS)
    with pytest.raises(ValidationFailed, match="no such file"):
        spec_of("nowhere.h5?band", loop=False, words=WORDS)
