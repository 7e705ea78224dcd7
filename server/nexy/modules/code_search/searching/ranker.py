"""The search's way to the ranking."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from hashlib import blake2b

from nexy.config.code_search_section import CodeSearchConfig
from nexy.modules.code_search.ranking.marks import marks_in
from nexy.modules.code_search.ranking.question import Question, read_question
from nexy.modules.code_search.ranking.rank import rank
from nexy.modules.code_search.searching.ranked import Ranked, RankedPlace, RankingTask

_SENSE_BYTES = 16


class Ranker:
    """Reads questions by the section's weights; `rank` is a `Rank`, `mark` a `Mark` and `sense` a `Sense`."""

    def __init__(self, config: CodeSearchConfig) -> None:
        self._config = config

    def rank(self, task: RankingTask) -> Ranked:
        """The best places of all indexes together."""
        ranking = rank(
            self._question(task.wish.query, task.words),
            [one.index for one in task.projects],
            task.near or None,
            kind=task.wish.kind,
            limit=task.wish.limit,
            config=self._config.ranking,
            language=task.wish.language,
        )
        places = [
            RankedPlace(project=task.projects[one.index].project, place=one.place, score=one.score, why=one.why)
            for one in ranking.places
        ]
        return Ranked(places=places, total=ranking.total, signals=tuple(ranking.signals))

    def mark(self, query: str) -> Callable[[str], Sequence[tuple[int, int]]]:
        """Where the words of a question stand in texts."""
        return partial(marks_in, question=self._question(query, ""))

    def sense(self, query: str) -> bytes:
        """See `Sense`: all that the ranking and the marks read of a question, short."""
        question = self._question(query, "")
        if not question.asked:
            return b""
        asked, joined = ([(one.terms, one.weight) for one in some] for some in (question.asked, question.joined))
        read = (question.form, question.language, question.names, question.paths, asked, joined)
        return blake2b(repr(read).encode(), digest_size=_SENSE_BYTES).digest()

    def _question(self, query: str, words: str) -> Question:
        """The words of a context count a little; they decide nothing about the question's form."""
        weights = self._config.ranking.words
        question = read_question(query, weights)
        # A word that is asked anyway would count twice.
        known = {one.terms[0].text for one in question.asked}
        around = [one for one in read_question(words, weights).asked if one.terms[0].text not in known]
        helping = [replace(one, weight=one.weight * self._config.context_weight) for one in around]
        return replace(question, asked=(*question.asked, *helping[: self._config.max_context_words]))
