"""Names and paths in a question."""

from pathlib import Path

from nexy.modules.code_search.ranking.naming import named_in, paths_named
from support.code_index import indexed, piece, source


def test_a_name_is_found_as_it_is_written_and_otherwise_spelt(tmp_path: Path) -> None:
    """The exact spelling is surest."""
    index = indexed(tmp_path, source("a.py", piece("get_user"), piece("getUser"), piece("other")))
    found = named_in(index, ["get_user"])
    assert set(found) == {0, 1}
    assert found[0] > found[1]


def test_a_qualified_name_prefers_its_owner(tmp_path: Path) -> None:
    """Session.close is not any close, but any close is better than none."""
    index = indexed(tmp_path, source("a.py", piece("Pool.close"), piece("Session.close")))
    found = named_in(index, ["Session.close"])
    assert found[1] > found[0] > 0
    assert named_in(index, ["net::Session::close"])[1] > named_in(index, ["net::Session::close"])[0]


def test_an_unknown_name_names_nothing(tmp_path: Path) -> None:
    """There is no guess."""
    assert not named_in(indexed(tmp_path, source("a.py", piece("run"))), ["walk"])


def test_a_path_is_found_whole_by_its_end_and_by_a_folder(tmp_path: Path) -> None:
    """The more of it agrees, the surer."""
    index = indexed(tmp_path, source("net/pool.py", piece("a")), source("old/net/pool.py", piece("b")), source("x.py"))
    found = paths_named(index, ["net/pool.py"], 9)
    assert found[0] > found[1] > 0
    assert set(paths_named(index, ["old/net"], 9)) == {1}
    assert set(paths_named(index, ["POOL.py"], 9)) == {0, 1}


def test_no_path_asked_for_looks_at_none(tmp_path: Path) -> None:
    """Most questions name no file."""
    assert not paths_named(indexed(tmp_path, source("a.py", piece("run"))), [], 9)


def test_a_folder_of_many_files_is_not_taken_whole(tmp_path: Path) -> None:
    """After the most documents no further file comes in."""
    files = [source(f"net/{number}.py", piece("a"), piece("b")) for number in range(9)]
    assert len(paths_named(indexed(tmp_path, *files), ["net"], 3)) == 4
