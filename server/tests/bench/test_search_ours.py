"""The server's own ranking in the benchmark, with vectors and without, and with a signal left out."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from bench.search.corpus import Corpus, cut
from bench.search.judging import BASELINE, LEXICAL, Judged, answered
from bench.search.lexical import term_match
from bench.search.ours import WITH_VECTORS, WITHOUT_MODEL, Indexes, variants
from bench.search.packages import Package
from bench.search.quality_tables import signal_table
from bench.search.queries import pairs
from bench.search.report import quality_text
from bench.search.semantic import Vectors, plain_fusion, vectors_alone
from bench.search.stripping import stripped
from bench.search.systems import FUSION, compared, left_out, signals_left_out, without_each

from nexy.config.code_ranking_section import RankingConfig
from nexy.modules.code_search.ranking.signals import Signal
from nexy.modules.code_search.vectors.scripted import ScriptedEmbedder

_PACKAGE = Package(name="house", language="python", registry="pypi", package="house", version="1", digest="", root="")
_DOORS = '''
def open_door(key):
    """Opens the heavy door with a key."""
    return turn(key)


def close_window(handle):
    """Closes the window by its handle."""
    return handle.turn()
'''


@pytest.fixture
def house() -> Corpus:
    return cut(_PACKAGE, [stripped("doors.py", _DOORS, "python")])


@pytest.fixture
def vectors(tmp_path: Path) -> Iterator[Vectors]:
    with Vectors(ScriptedEmbedder(), tmp_path / "vectors") as made:
        yield made


def test_ours_finds_the_function(house: Corpus, vectors: Vectors, tmp_path: Path) -> None:
    """By the real index and the real ranking, and every document is the piece of the same number."""
    indexes = Indexes(tmp_path, vectors)
    index = indexes.of(house).index
    assert [index.place(number).ordinal for number in range(index.documents)] == [
        place.ordinal for place in house.places
    ]
    for with_vectors in (False, True):
        found = indexes.build(RankingConfig(), with_vectors=with_vectors)(house)("where is the window closed")
        assert found[0].chunk.name == "close_window"


def test_an_index_is_built_once_for_all_variants(house: Corpus, tmp_path: Path) -> None:
    """Another corpus gets another one."""
    indexes = Indexes(tmp_path, None)
    assert indexes.of(house) is indexes.of(house)
    other = cut(_PACKAGE, house.files)
    assert indexes.of(other).corpus is other


def test_every_signal_is_left_out_once() -> None:
    """In every form of question; nothing else changes."""
    config = RankingConfig()
    made = variants(config)
    assert {signal.name.lower() for signal in Signal} <= set(made)
    for signal in Signal:
        changed = made[signal.name.lower()]
        for form in ("sentence", "identifier", "path"):
            before, after = getattr(config, form), getattr(changed, form)
            assert getattr(after, signal.name.lower()) == 0
            assert dataclasses.replace(after, **{signal.name.lower(): getattr(before, signal.name.lower())}) == before


def test_vectors_are_kept_by_their_text(house: Corpus, tmp_path: Path) -> None:
    """What was made is not made again; a piece that is new is."""
    home = tmp_path / "vectors"
    with Vectors(ScriptedEmbedder(), home) as first:
        rows = first.of_places(house)
    assert rows.shape[0] == len(house.places)
    (kept,) = home.rglob("*.npz")
    stamp = kept.stat().st_mtime_ns
    longer = cut(_PACKAGE, [*house.files, stripped("roof.py", "def mend():\n    return 1\n", "python")])
    with Vectors(ScriptedEmbedder(), home) as second:
        assert np.array_equal(second.of_places(house), rows)
        assert kept.stat().st_mtime_ns == stamp
        assert np.array_equal(second.of_places(longer)[: len(rows)], rows)
        assert second.of_places(longer).shape[0] > len(rows)


def test_vectors_alone_and_the_plain_fusion(house: Corpus, vectors: Vectors) -> None:
    """The likeness orders; what both put first is first, and one list is enough to be found."""
    alone = vectors_alone(house, vectors)
    assert len(alone("window handle")) == len(house.places)
    fused = plain_fusion(term_match(house), lambda _: [])
    assert fused("handle turn") == term_match(house)("handle turn")
    both = plain_fusion(term_match(house), term_match(house))
    assert both("handle turn")[0].chunk.name == "close_window"


def test_what_is_compared(house: Corpus, vectors: Vectors, tmp_path: Path) -> None:
    """Without a model nothing asks for vectors; with one every baseline and every signal has its rows."""
    config = RankingConfig()
    assert list(compared(Indexes(tmp_path, None), config)) == [*LEXICAL, WITHOUT_MODEL]
    assert left_out("vectors") not in without_each(Indexes(tmp_path, None), config)
    indexes = Indexes(tmp_path, vectors)
    systems = {**compared(indexes, config), **without_each(indexes, config)}
    assert {BASELINE, "vectors alone", FUSION, WITHOUT_MODEL, WITH_VECTORS, left_out("vectors")} <= set(systems)
    missing = signals_left_out(systems)
    assert len(missing) == len(variants(config))
    seen = Judged(asked=answered(house, pairs(house), systems), chunks={"house": len(house.places)})
    assert "| lexical" in signal_table(seen, WITH_VECTORS, missing)
    text = quality_text(seen)
    assert text.count(WITH_VECTORS) >= 3
    assert "What each signal adds" in text
