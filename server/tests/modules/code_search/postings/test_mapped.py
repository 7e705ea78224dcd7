"""What the mapped index answers besides scores of words."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nexy.modules.code_search.model import ChunkKind
from nexy.modules.code_search.postings.asking import Concept, Neighbour
from nexy.modules.code_search.postings.building import FILE_NAME
from nexy.modules.code_search.postings.damage import IndexDamaged
from nexy.modules.code_search.postings.fields import Field, FieldWeights
from nexy.modules.code_search.postings.forward import KINDS
from nexy.modules.code_search.postings.lexical import rarity
from nexy.modules.code_search.postings.mapped import MappedIndex, rarities
from nexy.modules.code_search.terms.hashing import folded_hash, hash_of, name_hash
from support.code_index import concepts, indexed, piece, source


@pytest.fixture
def index(tmp_path: Path) -> MappedIndex:
    """Documents: 0 Pool, 1 Pool.close, 2 leftover, 3 main, 4 helper; 5 test_close; 6 generated; 7 go Close."""
    return indexed(
        tmp_path,
        source(
            "net/pool.py",
            piece("Pool", kind=ChunkKind.CLASS),
            piece("Pool.close", calls=("helper",), code="close idle sockets one by one and wait for each of them"),
            piece(code="import os"),
        ),
        source("main.py", piece("main", calls=("close",)), piece("helper"), imports=("pool",)),
        source("test_pool.py", piece("test_close", calls=("close", "main")), imports=("pool", "main"), is_test=True),
        source("made.py", piece("stub", calls=("main",)), is_generated=True),
        source("pool.go", piece("Close", code="close idle sockets one by one"), language="go"),
    )


def test_sizes_are_told(index: MappedIndex) -> None:
    """Documents, files and languages."""
    assert (index.documents, index.files) == (8, 5)
    assert set(index.languages) == {"python", "go"}


def test_every_document_has_a_place(index: MappedIndex) -> None:
    """Path, digest and ordinal lead back to the stored text."""
    place = index.place(1)
    assert (place.path, place.ordinal) == ("net/pool.py", 1)
    assert place.digest == source("net/pool.py").digest
    assert [index.place(document).ordinal for document in range(8)] == [0, 1, 2, 0, 1, 0, 0, 0]
    assert index.path(7) == "pool.go"


def test_a_place_leads_back_to_its_document(index: MappedIndex) -> None:
    """Both ways agree; what is not there is None."""
    for document in range(index.documents):
        place = index.place(document)
        assert index.document_of(place.path, place.ordinal) == document
    assert index.document_of("net/pool.py", 3) is None
    assert index.document_of("net/pool.py", -1) is None
    assert index.document_of("none.py", 0) is None


def test_documents_of_a_file_come_in_order(index: MappedIndex) -> None:
    """And a path that is not there has none."""
    assert index.in_file("net/pool.py").tolist() == [0, 1, 2]
    assert index.in_file("pool.go").tolist() == [7]
    assert index.in_file("none").tolist() == []
    assert list(index.paths()) == ["net/pool.py", "main.py", "test_pool.py", "made.py", "pool.go"]


def test_kinds_and_flags_are_per_document(index: MappedIndex) -> None:
    """As the file and the piece had them."""
    assert [KINDS[kind] for kind in index.kinds[:3]] == [ChunkKind.CLASS, ChunkKind.METHOD, ChunkKind.MODULE]
    assert np.flatnonzero(index.tests).tolist() == [5]
    assert np.flatnonzero(index.generated).tolist() == [6]


def test_one_language_can_be_kept(index: MappedIndex) -> None:
    """A language that no file has keeps nothing."""
    assert np.flatnonzero(index.in_language("go")).tolist() == [7]
    assert np.flatnonzero(index.in_language("python")).tolist() == list(range(7))
    assert not index.in_language("rust").any()


def test_names_are_found_as_written_and_folded(index: MappedIndex) -> None:
    """Bare, qualified, and however they are joined; exact names keep their case."""
    assert index.defined(name_hash("close")).tolist() == [1]
    assert index.defined(name_hash("Close")).tolist() == [7]
    assert index.defined(name_hash("Pool.close")).tolist() == [1]
    assert index.defined(folded_hash("CLOSE")).tolist() == [1, 7]
    assert index.defined(folded_hash("pool.close")).tolist() == [1]
    assert index.defined(folded_hash("test-close")).tolist() == [5]
    assert index.defined(name_hash("nothing")).tolist() == []
    assert index.defined(0).tolist() == []


def test_callers_and_callees_are_told_by_sureness(index: MappedIndex) -> None:
    """A call of an imported file's method is sure, and a class knows its methods."""
    callers = {neighbour.document: neighbour.weight for neighbour in index.callers(1)}
    assert callers == {3: pytest.approx(1.0), 5: pytest.approx(1.0), 0: pytest.approx(0.5)}
    assert index.callers(1)[-1] == Neighbour(document=0, weight=0.5)
    assert {neighbour.document for neighbour in index.callees(1)} == {0, 4}
    assert index.callees(4) == []


def test_what_is_near_the_found_ones_gets_a_share(index: MappedIndex) -> None:
    """Shares add up to 1; who is far gets nothing."""
    spread = index.spread(np.array([1], np.uint32), np.array([2.0], np.float32))
    assert spread.sum() == pytest.approx(1)
    assert spread[1] == spread.max()
    assert spread[3] > 0
    assert spread[7] == 0


def test_nothing_spreads_from_nothing(index: MappedIndex) -> None:
    """No seeds, no shares."""
    assert not index.spread(np.zeros(0, np.uint32), np.zeros(0, np.float32)).any()


def test_the_prior_favours_what_is_leaned_on(index: MappedIndex) -> None:
    """Between 0 and 1; tests and generated code are last."""
    assert index.prior.max() == pytest.approx(1)
    assert index.prior[1] > index.prior[2]
    assert index.prior[[5, 6]].max() < index.prior[[0, 1, 2, 3, 4, 7]].min()


def test_alike_pieces_are_recognised(index: MappedIndex) -> None:
    """The same words are 1, no common word is 0."""
    assert index.alike(1, 1) == 1
    assert index.alike(1, 7) > 0.3
    assert index.alike(1, 2) == 0
    assert index.alike(1, 7) == index.alike(7, 1)


def test_rarities_count_over_all_indexes(tmp_path: Path, index: MappedIndex) -> None:
    """A word is as rare as it is everywhere together."""
    other = indexed(tmp_path / "other", source("a.py", piece("run", code="idle"), piece("stop")))
    idle, none = concepts("idle zebra")
    assert list(rarities([index, other], [idle, none])) == [rarity(3, 10), rarity(0, 10)]
    assert list(rarities([index], [Concept(terms=())])) == [rarity(0, 8)]


def test_an_index_without_files_answers(tmp_path: Path) -> None:
    """An empty project is a project."""
    index = indexed(tmp_path / "empty")
    assert (index.documents, index.files, list(index.languages)) == (0, 0, [])
    assert index.lexical(concepts("anything"), FieldWeights()).scores.shape == (0,)
    assert index.defined(name_hash("a")).tolist() == []
    assert index.in_file("a").tolist() == []
    assert index.spread(np.zeros(0, np.uint32), np.zeros(0, np.float32)).shape == (0,)


def test_counts_tell_where_a_term_stands(index: MappedIndex) -> None:
    """Per term, document and field; what is not there is 0."""
    close, idle = hash_of("close"), hash_of("idl")
    counts = index.counts(np.array([0, 1, 7], np.uint32), [close, idle, 5])
    assert counts.shape == (3, 3, len(Field))
    assert counts[0, :, Field.NAME].tolist() == [0, 1, 1]
    assert counts[1, :, Field.CODE].tolist() == [0, 1, 1]
    assert not counts[2].any()


def test_lengths_are_told_per_document(index: MappedIndex) -> None:
    """In terms, as they were counted when the file was encoded."""
    lengths = index.lengths(np.array([0, 1], np.uint32))
    assert lengths.shape == (2, len(Field))
    assert lengths[:, Field.NAME].tolist() == [1, 1]
    assert lengths[:, Field.OWNER].tolist() == [0, 1]
    assert lengths[0, Field.CODE] == 0 < lengths[1, Field.CODE]


def test_files_of_documents_and_terms_are_numbers_of_paths(index: MappedIndex) -> None:
    """The same numbers as places in `paths()`."""
    assert index.file_numbers(np.array([7, 0, 4], np.uint32)).tolist() == [4, 0, 1]
    assert set(index.files_with(hash_of("idl")).tolist()) == {0, 4}
    assert index.files_with(hash_of("zebra")).tolist() == []


def test_a_content_leads_to_all_of_its_files(tmp_path: Path) -> None:
    """One blob may lie at several paths."""
    one = source("a.py", piece("run"), piece("stop"))
    index = indexed(tmp_path, one, source("b.py", piece("run")), replace(one, path="c.py"))
    assert list(index.beginnings(one.digest)) == [0, 3]
    assert list(index.beginnings(bytes(16))) == []


def test_a_removed_folder_keeps_answering_who_has_it_open(tmp_path: Path) -> None:
    """Old revisions may go while a question is answered."""
    index = indexed(tmp_path / "old", source("a.py", piece("run", code="idle")))
    shutil.rmtree(tmp_path / "old")
    assert index.lexical(concepts("idle"), FieldWeights()).scores[0] > 0
    with pytest.raises(IndexDamaged):
        MappedIndex.open(tmp_path / "old")


def test_a_damaged_index_is_told(tmp_path: Path, index: MappedIndex) -> None:
    """The caller makes it again."""
    file = tmp_path / FILE_NAME
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    with pytest.raises(IndexDamaged):
        MappedIndex.open(tmp_path)


def test_files_named_in_any_script_come_back(tmp_path: Path) -> None:
    """Paths are bytes inside, and come back as they were, broken ones too."""
    paths = ["код/файл.py", "日本/語.go", "odd\udcff.py", "a b/c'd.py"]
    index = indexed(tmp_path, *(source(path, piece("x")) for path in paths))
    assert list(index.paths()) == paths
    assert index.in_file("日本/語.go").tolist() == [1]
