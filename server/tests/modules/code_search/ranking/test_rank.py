"""The ranking as a whole, over small indexes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nexy.config.code_ranking_section import RankingConfig
from nexy.contracts.code_search import SearchKind
from nexy.modules.code_search.model import ChunkKind
from nexy.modules.code_search.postings.mapped import MappedIndex
from nexy.modules.code_search.ranking.question import read_question
from nexy.modules.code_search.ranking.rank import Ranking, rank
from nexy.modules.code_search.vectors.matrix import Near
from support.code_index import indexed, piece, source

CONFIG = RankingConfig()


def _rank(
    text: str,
    *indexes: MappedIndex,
    near: Sequence[Near | None] | None = None,
    kind: SearchKind = SearchKind.HYBRID,
    limit: int = 10,
    language: str = "",
    config: RankingConfig = CONFIG,
) -> Ranking:
    question = read_question(text, config.words)
    return rank(question, indexes, near, kind=kind, limit=limit, config=config, language=language)


def _found(ranking: Ranking) -> list[tuple[int, int]]:
    return [(place.index, place.document) for place in ranking.places]


def _near(*pairs: tuple[int, float]) -> Near:
    documents, likeness = zip(*pairs, strict=True)
    return Near(documents=np.array(documents, np.uint32), likeness=np.array(likeness, np.float32))


@pytest.fixture
def net(tmp_path: Path) -> MappedIndex:
    """Nine pieces around sockets and headers."""
    return indexed(
        tmp_path / "net",
        source(
            "net/pool.py",
            piece("Pool.close", code="for sock in self.sockets: sock.shutdown()", calls=("shutdown",)),
            piece("Pool.acquire", code="lease = wait(deadline)", comment="waits for a free socket"),
            piece("shutdown", code="sock.close()"),
            piece(code="LIMIT = 10"),
        ),
        source(
            "net/header.py",
            piece("parse_header", code="name, value = line.split(sep)", signature="(line: str)"),
            piece("Header", kind=ChunkKind.CLASS, code="fields = {}"),
            piece("fold", code="header value line parse"),
        ),
        source("tests/test_header.py", piece("test_parse_header", code="parse_header(line)"), is_test=True),
        source("web/page.ts", piece("parseHeader", code="return line"), language="typescript"),
    )


def test_the_name_that_says_it_comes_first(net: MappedIndex) -> None:
    """Words in a name say more than the same words in code or in a test."""
    places = _rank("parse the header of a line", net).places
    assert [place.document for place in places[:2]] in ([4, 8], [8, 4])


def test_an_exact_name_wins_over_everything(net: MappedIndex) -> None:
    """Who writes a name gets what it names."""
    assert _rank("Pool.close", net).places[0].document == 0
    assert _rank("parse_header", net).places[0].document == 4
    assert _rank("parseHeader", net).places[0].document == 8


def test_a_path_brings_its_file(net: MappedIndex) -> None:
    """All pieces of the file stand before all others."""
    places = _rank("net/header.py", net).places
    assert {place.document for place in places[:3]} == {4, 5, 6}


def test_a_russian_question_finds_what_its_twin_finds(net: MappedIndex) -> None:
    """The dictionary stands between them."""
    assert (
        _rank("закрыть сокеты пула", net).places[0].document
        == _rank("close the sockets of a pool", net).places[0].document
    )


def test_synonyms_are_found_where_the_word_is_not(net: MappedIndex) -> None:
    """Terminate is close and shutdown to those who wrote it."""
    assert _rank("release a lease by its timeout", net).places[0].document == 1


def test_scores_fall_and_stay_within_bounds(net: MappedIndex) -> None:
    """0 to 1, best first."""
    scores = [place.score for place in _rank("close socket header", net).places]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_the_same_question_gets_the_same_order(net: MappedIndex) -> None:
    """Equal scores are in the order of the index."""
    assert _rank("line value", net) == _rank("line value", net)


def test_a_limit_limits_places_and_not_the_total(net: MappedIndex) -> None:
    """Total says how much there is."""
    limited = _rank("parse header line", net, limit=1)
    assert len(limited.places) == 1
    assert limited.total == _rank("parse header line", net, limit=100).total > 1


def test_a_language_keeps_to_its_files(net: MappedIndex) -> None:
    """Nothing of another language is found or counted."""
    found = _rank("parse header", net, language="typescript")
    assert [place.document for place in found.places] == [8]
    assert found.total == 1
    assert not _rank("parse header", net, language="cobol").places


def test_nothing_asked_finds_nothing(net: MappedIndex) -> None:
    """Not even the most used piece."""
    empty = _rank("the of ???", net)
    assert not empty.places
    assert empty.total == 0


def test_what_the_best_call_is_found_along_the_graph(net: MappedIndex) -> None:
    """Shutdown is not in the question, but what closes a pool calls it."""
    found = [place.document for place in _rank("pool sockets", net, kind=SearchKind.GRAPH).places]
    assert 2 in found


def test_near_in_meaning_is_found_without_a_word(net: MappedIndex) -> None:
    """A semantic search goes by vectors alone."""
    found = _rank("qwerty", net, near=[_near((5, 0.9), (1, 0.4), (2, 0.1))], kind=SearchKind.SEMANTIC)
    assert [place.document for place in found.places][:2] == [5, 1]
    assert list(found.signals) == ["vectors"]


def test_vectors_and_words_work_together(net: MappedIndex) -> None:
    """Of two places with the same words the one nearer in meaning comes first."""
    for first, second in ((4, 8), (8, 4)):
        found = _rank("parsing of headers", net, near=[_near((first, 0.9), (second, 0.5), (3, 0.1))])
        assert found.places[0].document == first


def test_signals_say_which_took_part(net: MappedIndex) -> None:
    """Without vectors there are none."""
    assert "vectors" not in _rank("parse header", net).signals
    assert "vectors" in _rank("parse header", net, near=[_near((1, 0.5))]).signals


def test_several_indexes_are_one_list(net: MappedIndex, tmp_path: Path) -> None:
    """The better place comes first, whichever project it is in."""
    other = indexed(tmp_path / "other", source("b.py", piece("parse_line", code="x"), piece("walk", code="tree")))
    assert _found(_rank("walk a tree", net, other))[0] == (1, 1)
    assert _found(_rank("close pool", net, other))[0] == (0, 0)


def test_near_copies_are_shown_once(tmp_path: Path) -> None:
    """A vendored copy of a file does not fill the list."""
    body = piece("read_frame", code="alpha beta gamma delta epsilon zeta eta theta iota kappa")
    index = indexed(tmp_path, source("a.py", body), source("vendored/a.py", body), source("c.py", piece("read_file")))
    found = [place.document for place in _rank("read frame", index).places]
    assert len({0, 1} & set(found)) == 1
    assert 2 in found


def test_equal_copies_in_two_projects_are_shown_once(tmp_path: Path) -> None:
    """Two checkouts of one repository give one answer."""
    one, two = (indexed(tmp_path / name, source("a.py", piece("read_frame", code="alpha"))) for name in "ab")
    assert _found(_rank("read frame", one, two)) == [(0, 0)]


def test_why_names_the_words_and_where_they_stand(net: MappedIndex) -> None:
    """One reads why a place was found, and what stood for what was asked."""
    best = _rank("parse header", net).places[0]
    assert "name" in best.why
    assert "“parse”" in best.why
    assert "«close» вместо «закрыть»" in _rank("закрыть пул", net).places[0].why


def test_why_says_that_a_test_was_held_back(net: MappedIndex) -> None:
    """A test's score is not what its words would give."""
    places = {place.document: place for place in _rank("test parse header line", net).places}
    assert "held back as a test" in places[7].why


def test_the_shares_of_a_score_add_up(net: MappedIndex) -> None:
    """Nothing but the named signals made it."""
    for place in _rank("parse header line", net).places:
        assert sum(share for _, share in place.shares) == pytest.approx(1, abs=1e-4)


def test_a_dropped_signal_changes_the_scores(net: MappedIndex) -> None:
    """Each has a weight of its own in the configuration."""
    bare = replace(CONFIG, sentence=replace(CONFIG.sentence, name=0.0))
    assert _rank("parse header", net, config=bare).places[0].score != _rank("parse header", net).places[0].score


def test_an_empty_index_is_no_trouble(tmp_path: Path) -> None:
    """A project without files answers like one without matches."""
    empty = indexed(tmp_path)
    assert not _rank("parse header", empty).places
    assert not _rank("Pool.close", empty, near=[None]).places
    assert not _rank("a/b/c.py").places


@pytest.fixture
def links(tmp_path: Path) -> MappedIndex:
    """Names that only stand for the word, and the word in a test and in prose."""
    return indexed(
        tmp_path / "links",
        source("a/erase.py", piece("delete_all", code="delete(delete)", comment="delete, drop, erase"), piece("drop")),
        source("tests/test_a.py", piece("test_it", code="x = remove(1)"), is_test=True),
        source("notes.md", piece("Notes", kind=ChunkKind.TEXT, code="nobody can remove that here")),
    )


def test_the_only_word_asked_for_beats_what_stands_for_it(links: MappedIndex, net: MappedIndex) -> None:
    """Wherever it stands, and however well another word would fit; of several indexes likewise."""
    ranking = _rank("remove", net, links)
    assert set(_found(ranking)[:2]) == {(1, 2), (1, 3)}
    assert (1, 0) in _found(ranking)[2:]
    scores = [place.score for place in ranking.places]
    assert scores == sorted(scores, reverse=True)


def test_so_does_it_where_many_words_stand_for_it(tmp_path: Path) -> None:
    """They may not leave the word out of what is looked at closely."""
    many = [source(f"m{number}.py", piece("delete", code=f"delete erase drop x{number}")) for number in range(30)]
    index = indexed(tmp_path / "many", *many, source("z.py", piece("last", code="a b c d e f g remove")))
    assert _rank("remove", index, config=replace(CONFIG, candidates=5)).places[0].document == len(many)


def test_where_the_word_is_nowhere_others_stand_for_it_as_ever(links: MappedIndex) -> None:
    """Nothing is lowered then."""
    places = _rank("discard", links).places
    assert places[0].document == 0
    assert places[0].score > 0.1


def test_a_question_of_several_words_weighs_them_all(links: MappedIndex) -> None:
    """There the place that has most of them counts, not the one that has one of them to the letter."""
    assert _rank("where can I remove and erase all", links).places[0].document == 0


def test_who_searches_by_meaning_gets_what_is_alike(links: MappedIndex) -> None:
    """The word is not what they asked for."""
    near = [_near((0, 0.9), (3, 0.1))]
    assert _rank("remove", links, near=near, kind=SearchKind.SEMANTIC).places[0].document == 0


def test_a_link_is_no_symbol(tmp_path: Path) -> None:
    """Their words begin alike, and mean other things."""
    index = indexed(
        tmp_path / "s", source("a.py", piece("checked_symbol", code="symbol"), piece("walk", code="is_symlink()"))
    )
    assert [place.document for place in _rank("symlink", index).places] == [1]


def test_who_asks_for_the_login_finds_the_sign_in(tmp_path: Path) -> None:
    """People and code call it by different words."""
    index = indexed(
        tmp_path / "signing",
        source(
            "accounts.py", piece("Accounts.sign_in", code="return self._tokens"), piece("Accounts.rename", code="user")
        ),
        source("logs.py", piece("setup_logging", code="log handler user"), piece("log", code="user log")),
    )
    for text in ("where is the login handled", "how does a user log in", "where do users sign in"):
        assert _rank(text, index).places[0].document == 0
