"""Places in code by ear: file, folder, function and line in words."""

import pytest

from nexy.config.ai_router_section import OfflineConfig
from nexy.contracts.switches import FeaturesConfig
from nexy.contracts.words import Chat
from nexy.modules.ai_router.offline.brain import OfflineBrain
from nexy.modules.ai_router.offline.code_aloud import code_aloud
from nexy.modules.ai_router.offline.phrases import phrases
from nexy.utils.clock import SystemClock
from support.scripted_search import hit

BRAIN = OfflineBrain(OfflineConfig(), SystemClock())
OTHERS = (hit("web/doors.py", symbol="HTTPDoor.open_now"), hit("x.py", symbol=""), hit("y.py", symbol="close"))


def test_the_first_place_is_named_and_others_after_it() -> None:
    """Names are split into words; a place without a name is no help as a second one."""
    told = code_aloud((hit("server/auth/login.py", start_line=12), *OTHERS), phrases("en"))
    assert told.startswith("That is sign in, in the file login.py in the folder auth, line 12. ")
    assert "It may also be in HTTP Door open now in doors.py, close in y.py." in told
    assert told.endswith("I only name the places.")


@pytest.mark.parametrize(
    ("language", "opening"), [("en", "I found it in the file a.py, line 1."), ("ru", "Нашла в файле a.py, строка 1.")]
)
def test_a_place_without_a_name_is_told_by_its_file(language: str, opening: str) -> None:
    """A file at the top has no folder to speak of."""
    assert code_aloud((hit("a.py", symbol=""),), phrases(language)).startswith(opening)


@pytest.mark.parametrize(
    ("prompt", "word"),
    [("where is the login handled?", "That is sign in"), ("где обрабатывается вход?", "Это sign in")],
)
def test_the_brain_tells_what_was_found(prompt: str, word: str) -> None:
    """In the language of the question, where it has nothing better to say."""
    chat = Chat(prompt=prompt, system="", session_id="s", features=FeaturesConfig(), found=(hit(),))
    assert BRAIN.answer(chat).startswith(word)


def test_an_order_stays_an_order() -> None:
    """What is understood without the index needs none."""
    chat = Chat(prompt="open Safari", system="", session_id="s", features=FeaturesConfig(), found=(hit(),))
    assert "sign in" not in BRAIN.answer(chat)


def test_a_question_about_code_that_nothing_answers() -> None:
    """It is said what is missing, and not that a model is."""
    chat = Chat(prompt="где обрабатывается вход?", system="", session_id="s", features=FeaturesConfig(), found=())
    assert BRAIN.answer(chat).startswith("В проиндексированном коде я не нашла")
