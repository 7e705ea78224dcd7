"""The files of a mapped index."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from nexy.modules.code_search.postings.batch import batch_of
from nexy.modules.code_search.postings.container import ArrayFile, open_arrays
from nexy.modules.code_search.postings.files import FileTable
from nexy.modules.code_search.postings.forward import decode
from nexy.modules.code_search.postings.source import IndexedFile
from nexy.modules.code_search.postings.tables import Tables
from nexy.utils.code_languages import language_of_file
from support.code_index import piece, source


def _table(folder: Path, *files: IndexedFile) -> FileTable:
    tables = Tables()
    if files:
        tables.add(batch_of([(file, decode(file.forward)) for file in files], 0))
    with closing(ArrayFile(folder / "files", 1)) as into:
        tables.write(into)
        into.finish()
    return FileTable(open_arrays(folder / "files", 1, verify=True))


def test_documents_and_files_lead_to_each_other(tmp_path: Path) -> None:
    """Also where a file without pieces lies between."""
    table = _table(tmp_path, source("a.py", piece("x"), piece("y")), source("none.py"), source("b.py", piece("z")))
    assert len(table) == 3
    assert table.of_document.tolist() == [0, 0, 2]
    assert table.documents_of("a.py").tolist() == [0, 1]
    assert table.documents_of("none.py").tolist() == []
    assert table.documents_of("b.py").tolist() == [2]


def test_a_place_has_the_ordinal_within_the_file(tmp_path: Path) -> None:
    """As the database counts pieces."""
    table = _table(tmp_path, source("a.py", piece("x"), piece("y")), source("b.py", piece("z")))
    assert [(table.place(n).path, table.place(n).ordinal) for n in range(3)] == [("a.py", 0), ("a.py", 1), ("b.py", 0)]
    assert len(table.place(2).digest) == 16


def test_a_language_without_a_name_is_a_language(tmp_path: Path) -> None:
    """Files of no known language are found under the empty name."""
    table = _table(tmp_path, source("LICENSE", piece("x"), language=""), source("b.py", piece("z")))
    assert list(table.languages) == ["", "python"]
    assert table.in_language("").tolist() == [True, False]
    assert table.in_language("python").tolist() == [False, True]


@pytest.mark.parametrize(
    ("asked", "paths"),
    [
        ("typescript", ["a.ts", "b.tsx"]),
        ("tsx", ["b.tsx"]),
        ("javascript", ["c.jsx"]),
        ("c", ["d.c"]),
        ("cpp", ["e.cpp"]),
        ("rust", []),
    ],
)
def test_a_language_has_those_that_are_meant_with_it(tmp_path: Path, asked: str, paths: list[str]) -> None:
    """TypeScript with markup is TypeScript, C++ is no C, and a language that is not there has nothing."""
    files = [source(path, piece("x"), language=language_of_file(path)) for path in ("a.ts", "b.tsx", "c.jsx")]
    files += [source(path, piece("x"), language=language_of_file(path)) for path in ("d.c", "e.cpp")]
    table = _table(tmp_path, *files)
    found = np.flatnonzero(table.in_language(asked)).tolist()
    assert [table.place(document).path for document in found] == paths


def test_no_files_are_no_paths(tmp_path: Path) -> None:
    """An empty project has nothing to lead to."""
    table = _table(tmp_path)
    assert len(table) == 0
    assert list(table.paths) == []
    assert list(table.languages) == []
