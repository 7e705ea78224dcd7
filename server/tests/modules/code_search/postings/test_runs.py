"""Sorted runs of postings, and their merge."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from nexy.modules.code_search.postings import runs
from nexy.modules.code_search.postings.batch import Batch, batch_of
from nexy.modules.code_search.postings.container import ArrayFile, open_arrays
from nexy.modules.code_search.postings.fields import Field
from nexy.modules.code_search.postings.forward import decode
from nexy.modules.code_search.postings.runs import Run, merge, sorted_run
from nexy.modules.code_search.postings.source import IndexedFile
from nexy.modules.code_search.terms.hashing import hash_of
from nexy.modules.code_search.terms.terms import terms_of
from support.code_index import piece, source

_Row = dict[int, list[int]]


def _batch(*files: IndexedFile, first: int = 0) -> Batch:
    return batch_of([(file, decode(file.forward)) for file in files], first)


def _read(run: Run) -> dict[int, _Row]:
    """By term and document the counts of the fields."""
    counts = run.counts.view(np.uint8).reshape(-1, 8)[:, : len(Field)].tolist()
    rows = iter(zip(run.documents.tolist(), counts, strict=True))
    pairs = zip(run.terms.tolist(), run.frequencies.tolist(), strict=True)
    return {term: dict(next(rows) for _ in range(times)) for term, times in pairs}


def test_what_waits_was_written_before_it_was_mapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk without room is an OSError, and no signal that ends the process."""
    modes: list[str] = []

    def mapped(file: object, dtype: object, mode: str, **about: object) -> np.ndarray:
        modes.append(mode)
        return real(file, dtype, mode, **about)  # type: ignore[call-overload,no-any-return]

    real = np.memmap
    monkeypatch.setattr(runs.np, "memmap", mapped)
    sorted_run(_batch(source("x.go", piece("stop", code="alpha"))), tmp_path)
    assert modes == ["r", "r"]


def test_a_run_is_by_term_and_document(tmp_path: Path) -> None:
    """Each posting has the counts of all fields; documents count from the batch's first."""
    file = source("x.go", piece("stop", code="alpha alpha"), piece("alpha", comment="stop"))
    found = _read(sorted_run(_batch(file, first=10), tmp_path))
    assert found == {
        hash_of("stop"): {10: [1, 0, 0, 0, 0, 0], 11: [0, 0, 0, 1, 0, 0]},
        hash_of("alpha"): {10: [0, 0, 0, 0, 2, 0], 11: [1, 0, 0, 0, 0, 0]},
        hash_of("go"): {10: [0, 0, 0, 0, 0, 1], 11: [0, 0, 0, 0, 0, 1]},
    }


def test_a_word_of_the_path_joins_that_of_the_text(tmp_path: Path) -> None:
    """One posting, with both counts; a word that stands twice in the path counts twice."""
    file = source("alpha/alpha_beta.py", piece("run", code="alpha"))
    row = _read(sorted_run(_batch(file), tmp_path))[hash_of("alpha")]
    assert row == {0: [0, 0, 0, 0, 1, 2]}


def test_only_the_own_path_counts(tmp_path: Path) -> None:
    """Pieces of the next file do not get the words of this one's path."""
    found = _read(
        sorted_run(_batch(source("left.py", piece("a")), source("lonely.py"), source("right.py", piece("b"))), tmp_path)
    )
    assert set(found[hash_of("left")]) == {0}
    assert set(found[hash_of("right")]) == {1}
    assert hash_of(terms_of("lonely")[0]) in found
    assert not found[hash_of(terms_of("lonely")[0])]


def test_files_without_pieces_make_an_empty_run(tmp_path: Path) -> None:
    """Nothing to post is no failure."""
    run = sorted_run(_batch(source("a.py"), source("b.py")), tmp_path)
    assert len(run.documents) == 0
    assert not run.frequencies.any()


@pytest.mark.parametrize("bits", ["_POSITION_BITS", "_DOCUMENT_BITS", "_TERM_BITS"])
def test_what_is_too_large_for_the_quick_sort_is_sorted_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bits: str
) -> None:
    """A single enormous file is sorted the slow way, with the same result."""
    files = [source(f"f{n}.py", *(piece(f"run{m}", code=f"w{m} pool w{n}") for m in range(7))) for n in range(5)]
    quick = sorted_run(_batch(*files), tmp_path)
    monkeypatch.setattr(runs, bits, 2)
    slow = sorted_run(_batch(*files), tmp_path)
    np.testing.assert_array_equal(quick.documents, slow.documents)
    np.testing.assert_array_equal(quick.counts, slow.counts)


def test_runs_wait_in_files_without_names(tmp_path: Path) -> None:
    """Whoever is killed leaves nothing of them."""
    sorted_run(_batch(source("a.py", piece("run"))), tmp_path)
    assert list(tmp_path.iterdir()) == []


def _merged(folder: Path, *made: Run) -> tuple[tuple[int, int], dict[int, list[int]], np.ndarray]:
    with closing(ArrayFile(folder / "merged", 1)) as into:
        sizes = merge(made, into)
        into.finish()
    arrays = open_arrays(folder / "merged", 1, verify=True)
    ends = [0, *arrays["term_ends"].tolist()]
    documents = {
        int(term): arrays["posting_documents"][start:end].tolist()
        for term, start, end in zip(arrays["terms"], ends[:-1], ends[1:], strict=True)
    }
    return sizes, documents, arrays["posting_counts"]


def test_a_merge_keeps_documents_in_order(tmp_path: Path) -> None:
    """A term's postings of the first run come before those of the second."""
    first = sorted_run(_batch(source("a.py", piece("one", code="pool"), piece("two"))), tmp_path)
    second = sorted_run(_batch(source("b.py", piece("two", code="pool two")), first=2), tmp_path)
    sizes, documents, counts = _merged(tmp_path, first, second)
    wanted = {"one": [0], "two": [1, 2], "pool": [0, 2], "py": [0, 1, 2]}
    assert documents == {hash_of(term): where for term, where in wanted.items()}
    assert sizes == (4, 8)
    assert counts.shape == (len(Field), 8)
    assert counts.sum(axis=1).tolist() == [3, 0, 0, 0, 3, 3]


def test_merging_nothing_gives_nothing(tmp_path: Path) -> None:
    """An empty project has empty postings."""
    sizes, documents, counts = _merged(tmp_path)
    assert sizes == (0, 0)
    assert documents == {}
    assert counts.shape == (len(Field), 0)
