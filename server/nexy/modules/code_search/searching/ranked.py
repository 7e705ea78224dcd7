"""What the search wants of a ranking."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nexy.modules.code_search.postings.asking import Place
from nexy.modules.code_search.searching.checks import Wish
from nexy.modules.code_search.searching.open_indexes import OpenProject
from nexy.modules.code_search.searching.visible import VisibleProject
from nexy.modules.code_search.vectors.matrix import Near


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPlace:
    """A place with its score, 0 to 1, and what spoke for it."""

    project: VisibleProject
    place: Place
    score: float
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """The best first; `total` places matched at all, by these signals."""

    places: Sequence[RankedPlace]
    total: int
    signals: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingTask:
    """The question, more words that may help, and the indexes.

    `near` has for each of them what lies near the question's vector, None where it has no vectors; it is empty where
    the question has no vector.
    """

    wish: Wish
    words: str
    projects: Sequence[OpenProject]
    near: Sequence[Near | None] = ()


# Ranking and marking keep a core busy, so they are called in a thread. Marks are (start, end) in a piece's text; `Mark`
# reads a question once, for all pieces.
Rank = Callable[[RankingTask], Ranked]
Mark = Callable[[str], Callable[[str], Sequence[tuple[int, int]]]]
# Equal for questions that are ranked alike whatever the indexes hold, and empty where no word tells anything.
Sense = Callable[[str], bytes]
