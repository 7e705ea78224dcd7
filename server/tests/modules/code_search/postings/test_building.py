"""The index is made from forwards alone, in bounded runs."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nexy.modules.code_search.postings import building
from nexy.modules.code_search.postings.building import FILE_NAME, build_index
from nexy.modules.code_search.postings.container import open_arrays
from nexy.modules.code_search.postings.damage import IndexDamaged
from nexy.modules.code_search.postings.fields import FieldWeights
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.postings.source import IndexedFile
from nexy.modules.code_search.version import VERSION
from support.code_index import concepts, indexed, piece, source

_WORDS = ["pool", "socket", "idle", "close", "retry", "parse", "token", "user", "alpha", "beta"]


def _project(files: int = 40) -> list[IndexedFile]:
    """Files with two pieces each, some of which call those of others; made the same every time."""
    random = np.random.default_rng(5)
    made = []
    for number in range(files):
        words = " ".join(random.choice(_WORDS, 12))
        calls = (f"run{random.integers(files)}", "helper")
        pieces = piece(f"run{number}", code=words, calls=calls), piece(f"Tool{number}.helper", comment=words[:20])
        made.append(source(f"part{number % 3}/file{number}.py", *pieces, imports=(f"file{number - 1}",)))
    return made


def test_the_size_tells_what_was_made(tmp_path: Path) -> None:
    """Files, documents, terms, postings, edges and bytes."""
    pieces = piece("run", code="idle pool", calls=("stop",)), piece("stop", code="pool")
    size = build_index(tmp_path, [source("a.py", *pieces)])
    assert (size.files, size.documents, size.edges) == (1, 2, 1)
    # run, stop, idle, pool, py; run has run, idle, pool, py and stop has stop, pool, py
    assert (size.terms, size.postings) == (5, 7)
    assert size.size_bytes == (tmp_path / FILE_NAME).stat().st_size


def test_runs_do_not_change_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Made in one run or in many, the arrays are the same."""
    build_index(tmp_path / "one", _project())
    monkeypatch.setattr(building, "_RUN_ROWS", 50)
    build_index(tmp_path / "many", _project())
    one = open_arrays(tmp_path / "one" / FILE_NAME, VERSION, verify=True)
    many = open_arrays(tmp_path / "many" / FILE_NAME, VERSION, verify=True)
    assert list(one) == list(many)
    for name, values in one.items():
        np.testing.assert_array_equal(values, many[name], err_msg=name)


def test_the_same_files_make_the_same_bytes(tmp_path: Path) -> None:
    """Nothing depends on chance."""
    build_index(tmp_path / "one", _project())
    build_index(tmp_path / "two", _project())
    assert (tmp_path / "one" / FILE_NAME).read_bytes() == (tmp_path / "two" / FILE_NAME).read_bytes()


def test_only_the_index_stays_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs wait in nameless files."""
    monkeypatch.setattr(building, "_RUN_ROWS", 50)
    build_index(tmp_path / "new" / "folder", _project())
    assert [entry.name for entry in (tmp_path / "new" / "folder").iterdir()] == [FILE_NAME]


def test_postings_of_every_term_are_sorted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking one document up relies on it; and no document comes twice."""
    monkeypatch.setattr(building, "_RUN_ROWS", 60)
    build_index(tmp_path, _project())
    arrays = open_arrays(tmp_path / FILE_NAME, VERSION, verify=True)
    start = 0
    for end in arrays["term_ends"].tolist():
        assert (np.diff(arrays["posting_documents"][start:end].astype(np.int64)) > 0).all()
        start = end


def test_a_broken_forward_leaves_the_old_index(tmp_path: Path) -> None:
    """The run fails as damaged, nothing half made is left, and the old index answers."""
    build_index(tmp_path, [source("a.py", piece("run"))])
    broken = IndexedFile(path="b.py", digest=bytes(16), language="python", forward=b"NXF1 and no more")
    with pytest.raises(IndexDamaged):
        build_index(tmp_path, [source("a.py", piece("run")), broken])
    assert [entry.name for entry in tmp_path.iterdir()] == [FILE_NAME]
    assert MappedIndex.open(tmp_path).documents == 1


def test_files_that_break_off_leave_nothing(tmp_path: Path) -> None:
    """The database may go away between two files."""

    def broken() -> Iterator[IndexedFile]:
        yield source("a.py", piece("run"))
        raise ConnectionError

    with pytest.raises(ConnectionError):
        build_index(tmp_path, broken())
    assert list(tmp_path.iterdir()) == []


def test_a_copy_of_a_content_is_a_document_of_its_own(tmp_path: Path) -> None:
    """The same blob at two paths is found at both."""
    one = source("a/run.py", piece("run", code="idle pool"))
    two = IndexedFile(path="b/run.py", digest=one.digest, language="python", forward=one.forward)
    index = indexed(tmp_path, one, two)
    scores = index.lexical(concepts("idle"), FieldWeights()).scores
    assert scores[0] == scores[1] > 0
    assert index.alike(0, 1) == 1
    assert index.place(0).digest == index.place(1).digest


def test_a_file_without_pieces_takes_no_document(tmp_path: Path) -> None:
    """It is a file of the index all the same."""
    index = indexed(tmp_path, source("empty.py"), source("a.py", piece("run")), source("last.py"))
    assert (index.files, index.documents) == (3, 1)
    assert index.path(0) == "a.py"
    assert index.in_file("empty.py").tolist() == []


def test_an_index_of_other_rules_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an upgrade the index is made again."""
    monkeypatch.setattr(building, "VERSION", VERSION + 1)
    build_index(tmp_path, [source("a.py", piece("run"))])
    with pytest.raises(IndexDamaged, match="version"):
        MappedIndex.open(tmp_path)
