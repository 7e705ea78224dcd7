"""Questions taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.code_ranking_section import WordWeights
from nexy.modules.code_search.ranking.question import Question, QuestionForm, read_question
from nexy.modules.code_search.terms.stemming import stem

WEIGHTS = WordWeights()


def _read(text: str) -> Question:
    return read_question(text, WEIGHTS)


def _terms(question: Question) -> dict[str, float]:
    return {term.text: term.weight for one in question.asked for term in one.terms}


@pytest.mark.parametrize(
    "text", ["HTTPConnection", "Session.close", "parse_header()", "io::copy", "sort", "getUserById"]
)
def test_names_are_identifiers(text: str) -> None:
    """One word, or words joined as code joins them."""
    assert _read(text).form is QuestionForm.IDENTIFIER


@pytest.mark.parametrize("text", ["json/decoder.py", "src/net/pool.rs", "decoder.py", "a/b/c", "json/decoder.py retry"])
def test_paths_are_paths(text: str) -> None:
    """A source file's ending or several folders."""
    question = _read(text)
    assert question.form is QuestionForm.PATH
    assert question.paths


@pytest.mark.parametrize(
    "text",
    [
        "where is the login handled?",
        "read and/or write",
        "parse header",
        "где проверяется пароль",
        "what does a.close do",
    ],
)
def test_words_are_sentences(text: str) -> None:
    """Everything else is a question in words."""
    question = _read(text)
    assert question.form is QuestionForm.SENTENCE
    assert not question.paths


def test_a_name_within_a_sentence_is_kept_whole() -> None:
    """It can be looked up as it is written."""
    assert _read("what does Session.close_all() do?").names == ("Session.close_all",)


def test_an_identifier_asks_for_its_parts_and_for_itself() -> None:
    """getUserById is get, user, by, id and getuserbyid."""
    terms = _terms(_read("getUserById"))
    assert {stem("user"), stem("id"), stem("getuserbyid")} <= terms.keys()


def test_the_asked_word_weighs_most() -> None:
    """Other forms weigh less, and words like it less again."""
    terms = _terms(_read("delete the configuration"))
    assert terms[stem("delete")] == 1
    assert terms["cfg"] == WEIGHTS.form
    assert 0 < terms[stem("remove")] <= WEIGHTS.alike < WEIGHTS.form


def test_words_around_a_question_say_little() -> None:
    """Function and file are in every second question."""
    weights = {one.word: one.weight for one in _read("the function that closes a socket").asked}
    assert weights["function"] == WEIGHTS.vague if "function" in weights else True
    assert weights["socket"] == 1


def test_russian_words_ask_for_english_ones() -> None:
    """Inflected as they are."""
    terms = _terms(_read("проверить подпись токена"))
    assert terms[stem("signature")] == WEIGHTS.translated
    assert terms[stem("token")] == WEIGHTS.translated
    assert _read("проверить подпись токена").language == "ru"


def test_a_russian_phrase_is_read_together() -> None:
    """A command line is what English says in two words, and what code calls by one."""
    asked = _read("разбор командной строки").asked
    assert {one.word for one in asked} == {"разбор", "командной строки"}
    assert {stem("command"), stem("line"), stem("cli")} <= {term.text for one in asked[1:] for term in one.terms}


def test_several_words_have_a_name_of_their_own() -> None:
    """Who asks in words finds what the trade abbreviates, in both languages."""
    for text in ("shortest path in a graph", "кратчайший путь в графе"):
        assert stem("dijkstra") in _terms(_read(text))


def test_a_word_asks_for_words_made_from_it() -> None:
    """A cycle is what makes a graph cyclic."""
    assert _terms(_read("find a cycle"))[stem("cyclic")] == WEIGHTS.derived


def test_a_word_in_a_case_of_its_own_is_still_known() -> None:
    """Endings that change the stem do not hide the word."""
    assert stem("column") in _terms(_read("выравнивание столбцов"))
    assert stem("heading") in _terms(_read("идентификатор заголовка"))


def test_signs_are_names_too() -> None:
    """C++ and A* are not single letters."""
    assert {"cpp", stem("astar")} <= _terms(_read("A* search in C++")).keys()


def test_an_unknown_russian_word_is_spelt_in_latin() -> None:
    """Borrowed words need no dictionary."""
    assert _terms(_read("гринлет"))["grinlet"] == WEIGHTS.spelt


def test_neighbours_are_asked_for_in_one_piece_in_both_orders() -> None:
    """The header of a request may be called request_header."""
    joined = {term.text for one in _read("header of a request").joined for term in one.terms}
    assert {stem("headerrequest"), stem("requestheader")} <= joined


def test_a_word_is_asked_for_once() -> None:
    """Saying it twice does not make it worth more."""
    assert len(_read("socket Socket sockets").asked) == 1


def test_a_question_without_words_asks_for_nothing() -> None:
    """It is no error: the ranking finds nothing."""
    assert not _read("?! ... the of").asked


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    """Whatever is typed gives the same bounded question each time."""
    question = _read(text)
    assert question == _read(text)
    assert len(question.asked) <= WEIGHTS.most_words
    assert all(0 < term.weight <= 1 for one in question.asked for term in one.terms)


@pytest.mark.parametrize("text", ["Makefile", "e.g. a list", "version 1.2.3", "a.b.walk()", "either/or", "http.client"])
def test_dots_and_strokes_alone_make_no_path(text: str) -> None:
    """A name with a dot is a name, and a number a number."""
    assert not read_question(text, WEIGHTS).paths


@pytest.mark.parametrize(("text", "path"), [("look at net/pool.py.", "net/pool.py"), ("(see src/b.rs)", "src/b.rs")])
def test_signs_around_a_path_are_not_part_of_it(text: str, path: str) -> None:
    """A sentence may end with a file."""
    assert read_question(text, WEIGHTS).paths == (path,)


def test_a_russian_question_is_told_in_english() -> None:
    """For models that know no Russian; an English one stays as it is."""
    assert read_question("закрыть соединение", WEIGHTS).english == "close connection"
    assert read_question("Close the connection!", WEIGHTS).english == "Close the connection!"


def test_a_model_is_asked_in_english() -> None:
    """Most embedding models know nothing else; what is English already stays as it was written."""
    assert read_question("закрыть соединение", WEIGHTS).for_vectors == "close connection"
    assert read_question("Close the connection!", WEIGHTS).for_vectors == "Close the connection!"


def test_a_model_sees_what_could_not_be_translated() -> None:
    """Too much would be lost otherwise; the English stands in a line of its own."""
    text = "абырвалг бумкает сокет"
    original, english = read_question(text, WEIGHTS).for_vectors.split("\n")
    assert original == text
    assert english.endswith("socket")


def test_a_model_is_never_asked_nothing() -> None:
    """A question that consists of small words is still a text."""
    assert read_question("а что там", WEIGHTS).for_vectors == "а что там"
