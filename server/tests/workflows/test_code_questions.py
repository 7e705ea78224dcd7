"""Spoken questions about code."""

import asyncio
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexy.config.code_search_section import CodeGroundingConfig
from nexy.contracts.capabilities import CODE_SEARCH
from nexy.contracts.errors import Unavailable
from nexy.contracts.words import WordsUsage
from nexy.core.module_coordinator import ModuleCoordinator
from nexy.utils.supervisor import owned_task
from nexy.workflows.code_questions import CodeQuestions, asks_for_code
from support.scripted_search import ScriptedSearch, hit, index_facts

CODE = [
    "Where is the login handled?", "where in this code are sessions stored", "Which function parses the header?",
    "find the function that retries a call", "show me the code for billing", "What file defines the router?",
    "How does it close sockets in this codebase?", "Which class implements the lease?", "where is the header parsed",
    "Где обрабатывается вход?", "где в коде проверяется токен", "В каком файле настраивается порт?",
    "какая функция разбирает заголовок", "Найди функцию, которая закрывает сокет", "какой класс реализует аренду",
    "Где в этом коде хранится сессия?", "где реализована аренда",
]  # fmt: skip
TALK = [
    "Where is my phone?", "where is the nearest bakery", "open Safari", "what time is it", "remember that I like tea",
    "Где мои ключи?", "найди Анну в контактах", "какая погода", "Покажи сообщения от Ани", "сколько будет два плюс два",
    "write a message to Anna that I call the function tomorrow", "", "Find me a place to eat nearby",
    "What class do I have on Monday?", "Where is my package sent?", "В каком классе учится Петя?",
    "где хранить картошку", "найди место где поесть", "покажи место на карте", "Где проверяют паспорт",
    "Which file did I download yesterday?",
    "In our project meeting tomorrow I must speak", "Where are my photos stored?", "Какой файл я вчера скачал?",
    "Where can I have my coat checked?", "Show me the place where we met", "где определить ребёнка в кружок",
]  # fmt: skip


@pytest.mark.parametrize("prompt", CODE)
def test_a_question_about_code_is_known(prompt: str) -> None:
    """By its form, in both languages."""
    assert asks_for_code(prompt)


@pytest.mark.parametrize("prompt", TALK)
def test_other_talk_is_left_alone(prompt: str) -> None:
    """No turn waits for a search that nobody asked for."""
    assert not asks_for_code(prompt)


@given(st.text(alphabet="where is а гделю в \n", max_size=400))
def test_no_prompt_takes_long(prompt: str) -> None:
    """The forms look at any text once."""
    began = time.process_time()
    asks_for_code(prompt)
    assert time.process_time() - began < 0.5


def questions(search: ScriptedSearch | None, **about: object) -> CodeQuestions:
    """Over this search, or none."""
    coordinator = ModuleCoordinator()
    if search is not None:
        coordinator.provide(CODE_SEARCH, search)
    return CodeQuestions(coordinator, CodeGroundingConfig(**about))  # type: ignore[arg-type]


async def test_places_that_fit_are_found() -> None:
    """Those below the least score are not spoken of."""
    search = ScriptedSearch(hit("a.py"), hit("b.py", score=0.1))
    found = await questions(search).places("mac", CODE[0])
    assert [one.file_path for one in found] == ["a.py"]
    assert search.queries == [CODE[0]]


async def test_other_talk_asks_nobody() -> None:
    """The index hears nothing of it."""
    search = ScriptedSearch(hit())
    assert await questions(search).places("mac", TALK[0]) is None
    assert search.asked == []


@pytest.mark.parametrize(
    "search", [None, ScriptedSearch(hit(), refusal=Unavailable("away")), ScriptedSearch(hit(), late=asyncio.Event())]
)
async def test_a_search_that_does_not_answer_is_done_without(search: ScriptedSearch | None) -> None:
    """The turn goes on as any other."""
    assert not await questions(search, voice_timeout_seconds=0.01).places("mac", CODE[0])


async def test_what_everybody_may_search_is_opened_at_the_start() -> None:
    """One question that nobody asked; none where there is nothing to open, or no search."""
    search = ScriptedSearch(hit(), projects=(index_facts(revision=3),))
    await questions(search).warm()
    assert len(search.asked) == 1
    for nothing in (ScriptedSearch(hit(), projects=(index_facts(revision=0),)), ScriptedSearch(hit())):
        await questions(nothing).warm()
        assert nothing.asked == []
    await questions(None).warm()
    await questions(ScriptedSearch(projects=(index_facts(revision=3),), refusal=Unavailable("away"))).warm()


async def test_what_a_spoken_question_cost_is_kept_for_its_device() -> None:
    """The vector of the question is paid by whoever speaks."""
    call = WordsUsage(provider="ollama", model="m", input_tokens=3, output_tokens=0)
    kept: list[tuple[str, Sequence[WordsUsage]]] = []

    async def keep(payer: str, calls: Sequence[WordsUsage]) -> None:
        kept.append((payer, calls))

    coordinator = ModuleCoordinator()
    coordinator.provide(CODE_SEARCH, ScriptedSearch(hit(), calls=(call,)))
    asked = CodeQuestions(coordinator, CodeGroundingConfig(), keep)
    await asked.places("mac", CODE[0])
    await asked.places("mac", TALK[0])
    assert kept == [("mac", (call,))]


async def test_a_question_waits_for_the_index_that_is_being_opened() -> None:
    """Right after the start the first question is not lost to a clock that was made for later ones."""
    opened = asyncio.Event()
    search = ScriptedSearch(hit("a.py"), late=opened, projects=(index_facts(revision=3),))
    asked = questions(search, voice_timeout_seconds=0.01)
    async with owned_task(asked.warm()) as warming, owned_task(asked.places("mac", CODE[0])) as looking:
        await asyncio.wait((looking,), timeout=0.1)
        opened.set()
        await warming
        assert len(await looking or ()) == 1
