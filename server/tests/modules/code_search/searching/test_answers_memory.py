"""How much memory the kept answers take."""

import gc
import tracemalloc

import numpy as np

from nexy.config.code_search_section import CodeSearchConfig
from nexy.contracts.code_search import Found, Hit
from nexy.modules.code_search.searching.answers import Basis, KeptAnswers, basis_of
from nexy.modules.code_search.searching.checks import Wish
from nexy.modules.code_search.searching.visible import Scope, VisibleProject
from support.clock import FakeClock

_MEGABYTE = 1024 * 1024


def basis(projects: int = 1, model: str = "") -> Basis:
    """Of a sight with so many projects."""
    seen = [VisibleProject(id=f"project {number}", name=f"name {number}", revision=1) for number in range(projects)]
    return basis_of(Wish(query="q"), Scope(projects=seen), with_prose=False, model=model)


def answer(number: int, *, hits: int = 20, characters: int = 3000, marks: int = 50) -> Found:
    """An answer whose texts are its own."""
    return Found(hits=[_hit(f"{number}/{at}", characters, marks) for at in range(hits)], total=hits)


def _hit(name: str, characters: int, marks: int) -> Hit:
    return Hit(
        id=f"id of {name}", project_id="p", project="p", content=name.ljust(characters, "x"), score=1.0,
        file_path=f"path/{name}.py", language="python", start_line=1, end_line=9, symbol=f"symbol_{name}",
        why=f"because {name}", marks=[(1000 + at, 2000 + at) for at in range(marks)],
    )  # fmt: skip


def cache(most_bytes: int, **settings: float) -> KeptAnswers:
    config = CodeSearchConfig(max_cached_bytes=most_bytes, **settings)  # type: ignore[arg-type]
    return KeptAnswers(config, FakeClock(), str.encode)


def _taken(answers: KeptAnswers, *, projects: int, hits: int, model: str = "") -> int:
    """What a thousand answers leave behind."""
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(1000):
            vector = np.ones(384, np.float32) if model else None
            answers.keep(basis(projects, model), f"read file {number}", answer(number, hits=hits), vector)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def test_a_thousand_large_answers_stay_within_the_bound() -> None:
    """Measured, not counted: long pieces with many marks, as many as one may ask for."""
    answers = cache(4 * _MEGABYTE)
    assert _taken(answers, projects=1, hits=20) < 4 * _MEGABYTE
    assert len(answers) > 10


def test_what_is_beside_the_hits_counts_too() -> None:
    """A sight of a hundred projects and a question's vector take room, also where nothing was found."""
    answers = cache(2 * _MEGABYTE)
    assert _taken(answers, projects=100, hits=0, model="m") < 2 * _MEGABYTE
    assert len(answers) > 10


def test_one_that_is_too_large_drives_no_other_out() -> None:
    """It is not kept, and the answer before it under the same words is no answer any more."""
    answers = cache(100_000)
    small, sight = answer(1, hits=1), basis()
    for query in ("getUser", "getName"):
        answers.keep(sight, query, small)
    answers.keep(sight, "getUser", answer(2, hits=100))
    assert answers.same(sight, "getName") is small
    assert answers.same(sight, "getUser") is None


def test_the_same_question_again_is_counted_once() -> None:
    """Else a question that is asked all day would empty the cache."""
    answers, sight = cache(_MEGABYTE), basis()
    answers.keep(sight, "getName", answer(0, hits=1))
    for number in range(1000):
        answers.keep(sight, "getUser", answer(number, hits=1))
    assert len(answers) == 2
