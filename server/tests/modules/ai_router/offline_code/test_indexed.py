"""Places of indexed code in answers without a model."""

import json

import pytest

from nexy.config.ai_router_section import OfflineCodeConfig
from nexy.contracts.routing import Brief, Verb
from nexy.modules.ai_router.offline_code.brain import CodeBrain
from nexy.modules.ai_router.offline_code.indexed import repeated
from support.scripted_search import hit

BRAIN = CodeBrain(OfflineCodeConfig())
METHOD = "    def close(self):\n        self._socket.shutdown()\n        self._socket = None\n"
BODY = "def total(rows):\n    count = 0\n    for row in rows:\n        count += row.price\n    return count\n"


def test_a_search_names_the_places() -> None:
    """Numbered, with path, line and name, in the language of the question."""
    brief = Brief(verb=Verb.SEARCH, text="где вход", found=(hit(), hit("b.py", symbol="", start_line=7)))
    told = BRAIN.answer(brief)
    assert "Лучше всего подходят" in told
    assert "- [1] `auth/login.py:1` (sign_in)\n- [2] `b.py:7`\n\n" in told


def test_a_question_that_nobody_can_answer_names_the_places() -> None:
    """What was found helps, also where the brain itself has nothing to say."""
    told = BRAIN.answer(Brief(verb=Verb.ANSWER, text="why is the checkout slow on Mondays?", found=(hit(),)))
    assert told.endswith("- [1] `auth/login.py:1` (sign_in)")


def test_a_symbol_is_explained_from_its_place() -> None:
    """A method, which stands indented, is read all the same; other places of the name are told."""
    first = hit("net.py", METHOD, symbol="Session.close", start_line=40)
    told = BRAIN.answer(Brief(verb=Verb.EXPLAIN, text="close", found=(first, hit("b.py", symbol="Pool.close"))))
    assert told.startswith("[1] `net.py:40` (Session.close)")
    assert "`close`" in told
    assert "- [2] `b.py:1` (Pool.close)" in told


def test_generation_names_what_is_there_already() -> None:
    """The nearest places stand among the notes."""
    told = BRAIN.answer(Brief(verb=Verb.GENERATE, text="create login endpoint", language="typescript", found=(hit(),)))
    assert "Nearest in the indexed code: [1] `auth/login.py:1` (sign_in)." in told


def test_code_that_is_there_already_is_told() -> None:
    """With the place and how much of it is the same."""
    brief = Brief(verb=Verb.ANALYZE, code=BODY, language="python", found=(hit(), hit("sums.py", BODY, start_line=9)))
    analysis = json.loads(BRAIN.answer(brief))
    one = next(one for one in analysis["suggestions"] if one["id"].startswith("repeated-code"))
    assert "`sums.py:9` holds 100 %" in one["description"]


@pytest.mark.parametrize("content", ["def other():\n    return 1\n", "\n".join(BODY.splitlines()[:2])])
def test_other_code_is_no_repetition(content: str) -> None:
    """Less than most of the lines is a coincidence; so is anything of few lines."""
    assert not repeated(BODY, [hit(content=content)])
    assert not repeated("return count\n", [hit(content=BODY)])


def test_names_from_elsewhere_complete_less_surely() -> None:
    """A name that only the indexed code shows comes after one of the file."""
    found = (hit(content="def parse_address(text): ..."),)
    brief = Brief(verb=Verb.COMPLETE, prefix="parse_url(x)\ny = parse_", language="python", found=found)
    texts = [one["text"] for one in json.loads(BRAIN.answer(brief))["suggestions"]]
    assert texts.index("url") < texts.index("address")


def test_marks_in_names_close_nothing() -> None:
    """A path or symbol is shown on one line within its marks."""
    told = BRAIN.answer(Brief(verb=Verb.SEARCH, text="x", found=(hit("a`\nb.py", symbol="`c`"),)))
    assert "`a’ b.py:1` (’c’)" in told


def test_a_dotted_name_is_explained_as_the_method_of_its_class() -> None:
    """The hit holds the method alone: neither its class nor its lines stand in it, and yet they are told."""
    first = hit("net.py", METHOD, symbol="Session.close", start_line=40, end_line=42)
    told = BRAIN.answer(Brief(verb=Verb.EXPLAIN, text="Session.close", found=(first,)))
    assert "`close` of `Session` (lines 40–42)" in told
    assert "There is no" not in told


def test_what_to_watch_out_for_is_told_by_the_lines_of_the_file() -> None:
    """Where a person will look for it."""
    code = "def run(text):\n    return eval(text)\n"
    told = BRAIN.answer(
        Brief(verb=Verb.EXPLAIN, text="run", found=(hit("a.py", code, symbol="run", start_line=70, end_line=71),))
    )
    assert "- 71: " in told
    assert "- 2: " not in told


def test_lines_are_not_told_where_some_are_left_out() -> None:
    """Of a large class only the signatures come, so counting them would name wrong lines."""
    shortened = "class Pool:\n    def take(self): ...\n    def give(self, one): ...\n"
    first = hit("net.py", shortened, symbol="Pool", start_line=10, end_line=300)
    told = BRAIN.answer(Brief(verb=Verb.EXPLAIN, text="Pool", found=(first,)))
    assert "`take` of `Pool`: " in told
    assert "lines" not in told.split("##", 2)[2]
