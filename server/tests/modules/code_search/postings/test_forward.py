"""One file's terms as bytes."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.modules.code_search.model import Chunk, ChunkedFile, ChunkKind
from nexy.modules.code_search.postings.damage import IndexDamaged
from nexy.modules.code_search.postings.fields import Field
from nexy.modules.code_search.postings.forward import FIELDS, KINDS, Forward, decode, encode
from nexy.modules.code_search.terms.hashing import folded_hash, hash_of, name_hash
from nexy.modules.code_search.terms.terms import terms_of
from support.code_index import piece


def _decoded(*pieces: Chunk, imports: tuple[str, ...] = ()) -> Forward:
    return decode(encode(ChunkedFile(language="python", chunks=pieces, imports=imports)))


def _counts(forward: Forward, number: int) -> dict[int, list[int]]:
    """Of one piece the counts by hash."""
    start = int(forward.entry_ends[number - 1]) if number else 0
    entries = slice(start, int(forward.entry_ends[number]))
    hashes = forward.terms[forward.entry_terms[entries]].tolist()
    return dict(zip(hashes, forward.counts[entries].tolist(), strict=True))


def test_each_field_is_counted_in_its_column() -> None:
    """A term's row tells how often it stands in the name, the owner, the signature, the comment and the code."""
    forward = _decoded(
        piece("Pool.close", signature="close pool", comment="close close", code="pool socket close close close")
    )
    counts = _counts(forward, 0)
    assert counts[hash_of("close")] == [1, 0, 1, 2, 3]
    assert counts[hash_of("pool")] == [0, 1, 1, 0, 1]
    assert counts[hash_of("socket")] == [0, 0, 0, 0, 1]


def test_lengths_count_all_terms_of_a_field() -> None:
    """Repeated terms count each time, words that tell nothing do not."""
    forward = _decoded(piece("run", comment="the socket of a socket", code="self.close(fileName)"))
    assert forward.lengths[0].tolist() == [1, 0, 0, 2, 4]


def test_pieces_keep_their_entries_apart() -> None:
    """What stands in one piece is not counted in the next, and an empty piece has nothing."""
    forward = _decoded(piece("first", code="alpha"), piece(code=""), piece("second", code="alpha beta"))
    assert set(_counts(forward, 0)) == {hash_of("first"), hash_of("alpha")}
    assert _counts(forward, 1) == {}
    assert set(_counts(forward, 2)) == {hash_of("second"), hash_of("alpha"), hash_of("beta")}


def test_names_are_kept_as_written_and_folded() -> None:
    """The bare name, the symbol, both folded, and the owner's name."""
    forward = _decoded(piece("Session.closeAll"))
    assert forward.names[0].tolist() == [
        name_hash("closeAll"),
        name_hash("Session.closeAll"),
        folded_hash("close_all"),
        folded_hash("session.closeall"),
        name_hash("Session"),
    ]


@pytest.mark.parametrize(
    ("symbol", "owner"), [("Outer.Inner.run", "Outer.Inner"), ("Outer::run", "Outer"), ("run", "")]
)
def test_the_owner_is_what_stands_before_the_name(symbol: str, owner: str) -> None:
    """Whatever the language puts between them."""
    chunk = Chunk(kind=ChunkKind.METHOD, symbol=symbol, name="run", start_line=1, end_line=1, content="")
    assert int(_decoded(chunk).names[0, 4]) == name_hash(owner)


def test_a_leftover_defines_nothing() -> None:
    """A piece without a name has no names, though a heading's words are searched."""
    heading = Chunk(kind=ChunkKind.TEXT, symbol="Install", name="", start_line=1, end_line=1, content="")
    forward = _decoded(heading)
    assert not forward.names[0].any()
    assert _counts(forward, 0)[hash_of(terms_of("Install")[0])][Field.OWNER] == 1


def test_calls_are_kept_once_per_piece() -> None:
    """A call in a loop is one reference."""
    forward = _decoded(piece("a", calls=("b", "b", "c", "")), piece("d"), piece("e", calls=("b",)))
    assert forward.call_ends.tolist() == [2, 2, 3]
    assert set(forward.calls[:2].tolist()) == {name_hash("b"), name_hash("c")}
    assert forward.calls[2] == name_hash("b")


def test_assigned_names_are_kept_as_written_and_folded() -> None:
    """Once per piece, beside the calls and not among them."""
    forward = _decoded(piece(assigns=("MAX_SIZE", "MAX_SIZE", "")), piece("d", calls=("e",)), piece(assigns=("a",)))
    assert forward.assign_ends.tolist() == [2, 2, 4]
    assert set(forward.assigns[:2].tolist()) == {name_hash("MAX_SIZE"), folded_hash("maxSize")}
    assert set(forward.assigns[2:].tolist()) == {name_hash("a"), folded_hash("a")}
    assert forward.call_ends.tolist() == [0, 1, 1]
    assert not forward.names[0].any()


def test_imports_are_kept_once() -> None:
    """By hash, sorted."""
    forward = _decoded(piece("a"), imports=("os", "path", "os", ""))
    assert forward.imports.tolist() == sorted({name_hash("os"), name_hash("path")})


@pytest.mark.parametrize("kind", list(ChunkKind))
def test_every_kind_comes_back(kind: ChunkKind) -> None:
    """A new kind that is not in KINDS would fail here."""
    assert KINDS[int(_decoded(piece("x", kind=kind)).kinds[0])] is kind


def test_a_file_without_pieces_can_be_encoded() -> None:
    """An empty file is a file."""
    forward = _decoded(imports=("os",))
    assert len(forward.kinds) == 0
    assert forward.lengths.shape == (0, FIELDS)
    assert len(forward.imports) == 1


def test_counts_stop_at_a_byte() -> None:
    """A thousand times the same word is as good as 255 times; the length still tells."""
    forward = _decoded(piece("x", code="alpha " * 1000))
    assert _counts(forward, 0)[hash_of("alpha")][Field.CODE] == 255
    assert forward.lengths[0, Field.CODE] == 1000


def test_the_same_file_is_encoded_the_same() -> None:
    """Nothing depends on the order of a set or on what was encoded before."""
    chunked = ChunkedFile(
        language="go", chunks=[piece("a", calls=("x", "y", "z"), code="p q rr ss")], imports=("m", "n")
    )
    first = encode(chunked)
    encode(ChunkedFile(language="go", chunks=[piece("other", code="ss rr tt")]))
    assert encode(chunked) == first


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=6))
def test_the_counts_are_those_of_the_terms(texts: list[tuple[str, str]]) -> None:
    """For any text the columns hold what counting the terms one by one gives."""
    forward = _decoded(*(piece("f", comment=comment, code=code) for comment, code in texts))
    for number, (comment, code) in enumerate(texts):
        counts = _counts(forward, number)
        for field, text in ((Field.COMMENT, comment), (Field.CODE, code)):
            expected = {hash_of(term): times for term, times in Counter(terms_of(text)).items()}
            assert {term: row[field] for term, row in counts.items() if row[field]} == expected


@pytest.mark.parametrize("cut", [0, 3, 10, 23, 40, -1])
def test_bytes_that_were_cut_are_refused(cut: int) -> None:
    """A blob that lost its end is damaged, never half of a file."""
    whole = encode(ChunkedFile(language="python", chunks=[piece(code="alpha beta", calls=("b",), assigns=("c",))]))
    with pytest.raises(IndexDamaged):
        decode(whole[:cut])


@given(st.binary(max_size=200))
def test_other_bytes_are_refused(data: bytes) -> None:
    """Whatever stands in the database, the answer is a damaged index and no crash."""
    with pytest.raises(IndexDamaged):
        decode(data)


def test_entries_of_a_piece_are_sorted_by_term() -> None:
    """The sketch of a piece relies on it."""
    forward = _decoded(piece("a", code="one two three four five six seven"), piece("b", code="six one nine"))
    start = 0
    for end in forward.entry_ends.tolist():
        assert (np.diff(forward.entry_terms[start:end].astype(np.int64)) > 0).all()
        start = end
    assert (np.diff(forward.terms.astype(object)) > 0).all()
