"""Many forwards as one."""

from nexy.modules.code_search.postings.batch import Batch, batch_of
from nexy.modules.code_search.postings.forward import decode
from nexy.modules.code_search.postings.source import IndexedFile
from nexy.modules.code_search.terms.hashing import hash_of, name_hash
from support.code_index import piece, source


def _batch(*files: IndexedFile, first: int = 0) -> Batch:
    return batch_of([(file, decode(file.forward)) for file in files], first)


_ONE = source("lib/one.py", piece("a", code="alpha", calls=("b",)), piece("b", code="beta gamma"), imports=("os",))
_TWO = source("two.py", piece("c", code="gamma alpha", calls=("a", "b")), imports=("one", "sys"))
_NONE = source("none.py")


def test_pieces_of_all_files_follow_each_other() -> None:
    """Documents belong to the file that they came from."""
    batch = _batch(_ONE, _NONE, _TWO)
    assert batch.pieces.tolist() == [2, 0, 1]
    assert batch.files_of_documents().tolist() == [0, 0, 2]


def test_entries_point_at_the_same_terms_as_before() -> None:
    """Joining shifts what points, so every entry still means its term."""
    batch = _batch(_ONE, _NONE, _TWO)
    forward, found, start = batch.forward, [], 0
    for end in forward.entry_ends.tolist():
        found.append(set(forward.terms[forward.entry_terms[start:end]].tolist()))
        start = end
    wanted = [{"alpha"}, {"beta", "gamma"}, {"gamma", "alpha"}]
    assert found == [{hash_of(term) for term in terms} for terms in wanted]


def test_calls_stay_with_their_pieces() -> None:
    """The second file's calls come after the first one's."""
    forward = _batch(_ONE, _TWO).forward
    assert forward.call_ends.tolist() == [1, 1, 3]
    assert forward.calls[0] == name_hash("b")
    assert set(forward.calls[1:].tolist()) == {name_hash("a"), name_hash("b")}


def test_imports_and_paths_are_counted_per_file() -> None:
    """Both belong to the file and not to a piece."""
    batch = _batch(_ONE, _NONE, _TWO)
    assert batch.imports.tolist() == [1, 0, 2]
    assert batch.paths.tolist() == [3, 1, 2]
    assert batch.path_terms[:3].tolist() == [hash_of("lib"), hash_of("one"), hash_of("py")]


def test_the_first_document_is_remembered() -> None:
    """A later batch counts on."""
    assert _batch(_TWO, first=17).first == 17
