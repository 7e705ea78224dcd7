"""How rankings are judged: what counts as an answer, the measures, the baselines, the tables."""

import math
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from bench.search import queries
from bench.search.corpus import Corpus, Place, cut, is_test
from bench.search.judging import BASELINE, LEXICAL, Judged, answered
from bench.search.lexical import field_bm25, plain_bm25, stems, term_match
from bench.search.metrics import DEPTH, Ranked, quality, ranked
from bench.search.packages import Package, packages
from bench.search.quality_tables import package_table, pair_table, question_table, size_line
from bench.search.queries import Answer, Kind, NoSuchAnswer, Query, pairs, questions
from bench.search.stripping import stripped

from nexy.modules.code_search.model import Chunk, ChunkKind

_PACKAGE = Package(name="house", language="python", registry="pypi", package="house", version="1", digest="", root="")
_DOORS = '''
def open_door(key):
    """Opens the heavy door with a key."""
    return try_key(key)


def closeWindow(handle):
    """Closes the window by its handle."""
    return handle.turn()
'''
_TESTS = '''
def test_open_door():
    """Opening needs the right key always."""
    assert open_door(1)
'''


@pytest.fixture
def house() -> Corpus:
    files = [("doors.py", _DOORS), ("tests/test_doors.py", _TESTS)]
    return cut(_PACKAGE, [stripped(path, text, "python") for path, text in files])


def _place(name: str, start: int, end: int, path: str = "a.py") -> Place:
    chunk = Chunk(kind=ChunkKind.FUNCTION, symbol=name, name=name, start_line=start, end_line=end, content="x")
    return Place(path=path, ordinal=0, chunk=chunk)


def _query(*answers: Answer) -> Query:
    return Query(kind=Kind.PAIR, package="house", number=0, text="open the door", answers=answers)


_OPEN = Answer(path="a.py", name="open", start_line=10, end_line=20)
_CLOSE = Answer(path="a.py", name="close", start_line=30, end_line=40)


@pytest.mark.parametrize(
    ("place", "right"),
    [
        (_place("open", 10, 20), True),
        (_place("open", 15, 20), True),
        (_place("", 1, 12), True),
        (_place("", 12, 20), False),
        (_place("Door", 1, 50), False),
        (_place("open", 30, 40), False),
        (_place("open", 10, 20, "b.py"), False),
    ],
)
def test_a_piece_of_the_function_is_the_answer(place: Place, right: bool) -> None:
    """By its name, or where a nameless piece holds its beginning; a whole class around it does not count."""
    assert _OPEN.given_by(place) is right


def test_an_answer_counts_once() -> None:
    """The second piece of the same function is no second answer."""
    found = [_place("x", 1, 2), _place("open", 10, 14), _place("open", 15, 20), _place("close", 30, 40)]
    assert ranked(_query(_OPEN, _CLOSE), found) == Ranked(ranks=[2, 4], answers=2)
    assert ranked(_query(_OPEN), []).first == math.inf


def test_what_stands_far_below_does_not_count() -> None:
    """Nobody reads beyond the twentieth place."""
    found = [_place("x", 1, 2)] * DEPTH + [_place("open", 10, 20)]
    assert ranked(_query(_OPEN), found).ranks == []


def test_the_measures_are_what_their_names_say() -> None:
    """Reciprocal rank, share of queries with an answer among the first, gain against the best order."""
    seen = quality([Ranked(ranks=[1], answers=1), Ranked(ranks=[4, 6], answers=2), Ranked(ranks=[], answers=1)])
    assert seen.queries == 3
    assert seen.mrr == pytest.approx((1 + 1 / 4) / 3)
    assert (seen.recall_1, seen.recall_5, seen.recall_10) == (pytest.approx(1 / 3), pytest.approx(2 / 3),
                                                              pytest.approx(2 / 3))  # fmt: skip
    second = (1 / math.log2(5) + 1 / math.log2(7)) / (1 + 1 / math.log2(3))
    assert seen.ndcg_10 == pytest.approx((1 + second) / 3)
    assert quality([]).mrr == 0


def test_pairs_come_from_documentation_outside_tests(house: Corpus) -> None:
    """The sentence is not in what is searched any more, and its function is the answer."""
    found = {query.text: [answer.name for answer in query.answers] for query in pairs(house)}
    assert found == {
        "Opens the heavy door with a key": ["open_door"],
        "Closes the window by its handle": ["closeWindow"],
    }
    assert not any("heavy" in place.chunk.content for place in house.places)
    assert is_test("tests/test_doors.py")
    assert not is_test("doors.py")


def test_a_sentence_that_many_functions_share_is_no_question() -> None:
    """Up to three right answers; more would be found by chance."""

    def repeated(times: int) -> str:
        return "\n".join(f'def f{n}():\n    """Gives back the very same thing."""\n' for n in range(times))

    for times, expected in ((3, 1), (4, 0)):
        made = cut(_PACKAGE, [stripped("a.py", repeated(times), "python")])
        assert len(pairs(made)) == expected


def test_questions_name_functions_that_are_there(house: Corpus, tmp_path: Path) -> None:
    """Both languages share the answers; a name that is not there is an error, not a miss."""
    listed = tmp_path / "questions.yaml"
    row = {"package": "house", "words": "near", "en": "open it", "ru": "открыть", "answers": ["doors.py::open_door"]}
    listed.write_text(yaml.safe_dump({"questions": [row]}))
    english, russian = questions(house, listed)
    assert (english.kind, russian.kind) == (Kind.ENGLISH, Kind.RUSSIAN)
    assert english.answers == russian.answers
    listed.write_text(yaml.safe_dump({"questions": [{**row, "answers": ["doors.py::nothing"]}]}))
    with pytest.raises(NoSuchAnswer, match="nothing"):
        questions(house, listed)


def test_the_list_of_questions_is_whole() -> None:
    """At least sixty over six packages; one to three answers; the twin is Russian; no identifier gives it away."""
    rows = yaml.safe_load(Path(queries.__file__).with_name("questions.yaml").read_text(encoding="utf-8"))["questions"]
    near = [row for row in rows if row["words"] == "near"]
    assert len(near) >= 60
    assert len({row["package"] for row in near}) >= 6
    assert {row["package"] for row in rows} <= {package.name for package in packages()}
    for row in rows:
        assert 1 <= len(row["answers"]) <= 3, row
        assert re.search("[а-яё]", row["ru"]), row
        assert not re.search("[а-яё]", row["en"]), row
        assert not [name for name in _identifiers(row["answers"]) if name in row["en"]], row
    assert max(Counter(row["en"] for row in rows).values()) == 1


def _identifiers(answers: list[str]) -> list[str]:
    names = [answer.split("::")[1] for answer in answers]
    return [name for name in names if "_" in name.strip("_") or re.search("[a-z][A-Z]", name)]


def test_identifiers_are_split_and_stemmed() -> None:
    """Parts of names meet words; the commonest words count for nothing."""
    assert stems("openDoors of_the HTTPServer2") == stems("open door http servers 2")


def test_each_baseline_finds_what_it_can(house: Corpus) -> None:
    """Words as written do not meet parts of names; split ones do."""
    for build in (term_match, plain_bm25, field_bm25):
        assert build(house)("nothing here whatsoever") == []
    assert field_bm25(house)("close the window")[0].chunk.name == "closeWindow"
    assert plain_bm25(house)("close the window") == []
    assert term_match(house)("handle turn")[0].chunk.name == "closeWindow"


def test_a_hit_in_a_name_beats_one_in_a_body(house: Corpus) -> None:
    """That is what the fields are for."""
    names = [place.chunk.name for place in field_bm25(house)("open door")]
    assert names[0] == "open_door"


def test_every_system_has_its_rows(house: Corpus) -> None:
    """Each query is put to each system, and the tables name them all."""
    asked = answered(house, pairs(house), LEXICAL)
    seen = Judged(asked=asked, chunks={"house": len(house.places)})
    assert seen.systems() == list(LEXICAL)
    assert seen.quality(BASELINE, Kind.PAIR).queries == 2
    assert seen.quality(BASELINE, Kind.PAIR, "other").queries == 0
    for rows in (pair_table(seen, list(LEXICAL)), question_table(seen, list(LEXICAL))):
        assert all(name in rows for name in LEXICAL)
    assert "house" in package_table(seen, [BASELINE])
    assert "2 pairs" in size_line(seen)
