"""Facts of files and documents."""

from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from nexy.modules.code_search.postings.batch import batch_of
from nexy.modules.code_search.postings.container import ArrayFile, open_arrays
from nexy.modules.code_search.postings.fields import Field
from nexy.modules.code_search.postings.forward import decode
from nexy.modules.code_search.postings.source import IndexedFile
from nexy.modules.code_search.postings.tables import FREE, GENERATED, SKETCH, TEST, Tables
from nexy.modules.code_search.terms.hashing import hash_of
from nexy.modules.code_search.terms.terms import terms_of
from support.code_index import piece, source


def _tables(*batches: list[IndexedFile]) -> Tables:
    tables = Tables()
    for files in batches:
        tables.add(batch_of([(file, decode(file.forward)) for file in files], tables.documents))
    return tables


def _written(folder: Path, *batches: list[IndexedFile]) -> dict[str, Any]:
    with closing(ArrayFile(folder / "tables", 1)) as into:
        _tables(*batches).write(into)
        into.finish()
    return dict(open_arrays(folder / "tables", 1, verify=True))


def test_files_are_written_with_their_flags(tmp_path: Path) -> None:
    """Tests and generated files are told apart, also one that is both."""
    files = [
        source("a.py", is_test=True),
        source("b.py", is_generated=True),
        source("c.py", is_test=True, is_generated=True),
        source("d.py"),
    ]
    assert _written(tmp_path, files)["file_flags"].tolist() == [TEST, GENERATED, TEST | GENERATED, 0]


def test_batches_follow_each_other(tmp_path: Path) -> None:
    """Documents of the second batch count on from the first."""
    arrays = _written(tmp_path, [source("a.py", piece("x"), piece("y"))], [source("b.py"), source("c.py", piece("z"))])
    assert arrays["file_ends"].tolist() == [2, 2, 3]
    assert len(arrays["kinds"]) == 3
    assert arrays["file_paths"].tobytes() == b"a.pyb.pyc.py"
    assert arrays["file_path_ends"].tolist() == [4, 8, 12]


def test_lengths_are_one_row_per_field(tmp_path: Path) -> None:
    """In terms; the path's is that of the file."""
    arrays = _written(tmp_path, [source("lib/a_one.py", piece("x", code="pool pool"), piece("close", comment="pool"))])
    lengths = arrays["lengths"]
    assert lengths.shape == (len(Field), 2)
    assert lengths[Field.CODE].tolist() == [2, 0]
    assert lengths[Field.COMMENT].tolist() == [0, 1]
    assert lengths[Field.PATH].tolist() == [4, 4]


def test_means_leave_out_empty_fields(tmp_path: Path) -> None:
    """Where few pieces have comments, a comment is not long just for being there."""
    pieces = piece("x", comment="pool idle"), piece("y"), piece("z"), piece("w", comment="pool idle one pool")
    means = _written(tmp_path, [source("a.py", *pieces)])["mean_lengths"]
    assert means[Field.COMMENT] == 3
    assert means[Field.SIGNATURE] == 0


def test_endless_fields_stop_at_what_is_stored(tmp_path: Path) -> None:
    """A length beyond 16 bits is as good as the longest."""
    arrays = _written(tmp_path, [source("a.py", piece("x", code="pool " * 70_000))])
    assert arrays["lengths"][Field.CODE, 0] == 0xFFFF


def test_a_sketch_is_the_smallest_terms(tmp_path: Path) -> None:
    """Eight at most; where a piece has fewer the rest is free."""
    words = [f"word{letter}" for letter in "abcdefghijkl"]
    arrays = _written(tmp_path, [source("a.py", piece(code=" ".join(words)), piece(code="worda"), piece())])
    tops = sorted(hash_of(terms_of(word)[0]) >> 32 for word in words)
    assert arrays["sketches"][0].tolist() == tops[:SKETCH]
    assert arrays["sketches"][1].tolist() == [hash_of("worda") >> 32] + [FREE] * (SKETCH - 1)
    assert (arrays["sketches"][2] == FREE).all()


def test_languages_are_numbered_and_named(tmp_path: Path) -> None:
    """In the order in which they come."""
    files = [source("a.go", language="go"), source("b.py"), source("c.go", language="go")]
    arrays = _written(tmp_path, files)
    assert arrays["languages"].tobytes() == b"go\npython"
    assert arrays["file_languages"].tolist() == [0, 1, 0]


def test_languages_that_refer_to_each_other_are_one_family() -> None:
    """TypeScript calls JavaScript, and C++ calls C."""
    languages = ["go", "typescript", "c", "javascript", "tsx", "cpp", "go"]
    families = _tables([source(f"{n}.x", language=language) for n, language in enumerate(languages)]).families()
    assert len(set(families[[1, 3, 4]].tolist())) == 1
    assert len(set(families[[2, 5]].tolist())) == 1
    assert families[0] == families[6]
    assert len(set(families.tolist())) == 3


def test_files_of_one_folder_share_its_number() -> None:
    """And no others."""
    tables = _tables([source("a/x.py"), source("b/x.py"), source("a/y.py"), source("a/c/x.py"), source("x.py")])
    first, second, third, *others = tables.folders
    assert first == third
    assert len({first, second, *others}) == 4


def test_documents_know_their_file() -> None:
    """Files without pieces are passed over."""
    tables = _tables([source("a.py", piece("x"))], [source("b.py"), source("c.py", piece("y"), piece("z"))])
    np.testing.assert_array_equal(tables.files_of_documents(), [0, 2, 2])
    assert tables.documents == 3


def test_nothing_can_be_written(tmp_path: Path) -> None:
    """An empty project has tables of no rows."""
    arrays = _written(tmp_path)
    assert arrays["sketches"].shape == (0, SKETCH)
    assert arrays["lengths"].shape == (len(Field), 0)
    assert arrays["file_digests"].shape == (0, 16)
