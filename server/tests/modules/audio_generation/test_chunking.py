"""Cutting sound to size."""

import random

import pytest

from nexy.modules.audio_generation.chunking import Chunker


def _cut(pieces: list[bytes], first: int, others: int) -> list[bytes]:
    chunker = Chunker(others)
    chunker.begin(first)
    chunks = [chunk for piece in pieces for chunk in chunker.feed(piece)]
    return chunks + chunker.end()


@pytest.mark.parametrize("seed", range(20))
def test_sizes_hold_however_the_sound_arrives(seed: int) -> None:
    """The first chunk is small, the others are equal, the last is the rest, and nothing is lost or moved."""
    chance = random.Random(seed)
    sound = chance.randbytes(2 * chance.randrange(0, 5000))
    pieces, rest = [], sound
    while rest:
        size = 2 * chance.randrange(0, 900)
        pieces.append(rest[:size])
        rest = rest[size:]
    chunks = _cut(pieces, first=30, others=200)
    assert b"".join(chunks) == sound
    assert [len(chunk) // 2 for chunk in chunks[:-1]] == [30, *[200] * (len(chunks) - 2)][: len(chunks) - 1]
    assert all(chunks)


def test_no_empty_rest() -> None:
    """Sound that fills its chunks exactly leaves no empty chunk behind."""
    assert [len(chunk) for chunk in _cut([bytes(60)], first=10, others=20)] == [20, 40]


def test_silence_of_a_source_gives_nothing() -> None:
    """Without sound there is no chunk."""
    assert _cut([], first=10, others=20) == []


def test_a_new_sentence_drops_the_old_rest() -> None:
    """What an abandoned sentence left behind is never heard in the next one."""
    chunker = Chunker(20)
    chunker.begin(20)
    assert chunker.feed(b"old " * 5) == []
    chunker.begin(20)
    assert chunker.feed(b"new ") == []
    assert chunker.end() == [b"new "]


def test_only_the_first_chunk_of_a_sentence_is_small() -> None:
    """After the first chunk the size is back to the usual one."""
    chunker = Chunker(100)
    chunker.begin(10)
    assert [len(chunk) // 2 for chunk in chunker.feed(bytes(2 * 310))] == [10, 100, 100, 100]
    assert chunker.end() == []
