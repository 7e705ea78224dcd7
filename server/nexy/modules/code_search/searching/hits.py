"""Places and passages as the hits of an answer."""

from collections.abc import Mapping, Sequence

from nexy.config.code_search_section import LightRagConfig
from nexy.contracts.code_search import Hit
from nexy.modules.code_search.lightrag.wire import Prose
from nexy.modules.code_search.searching.contents import Content, Wanted
from nexy.modules.code_search.searching.prose import PROSE_LANGUAGE
from nexy.modules.code_search.searching.ranked import Mark, RankedPlace
from nexy.utils.encodable import encodable

LIGHTRAG = "lightrag"
# Of an answer's places so many may be prose while there is code enough.
_PROSE_SHARE = 3


def wanted_of(places: Sequence[RankedPlace]) -> Sequence[Wanted]:
    """Where their contents are stored."""
    return [Wanted(project_id=one.project.id, digest=one.place.digest, ordinal=one.place.ordinal) for one in places]


def hits_of(query: str, places: Sequence[RankedPlace], contents: Mapping[int, Content], mark: Mark) -> Sequence[Hit]:
    """The places whose content could be read, in their order."""
    marks = mark(query)
    return [_hit(place, contents[at], marks(contents[at].text)) for at, place in enumerate(places) if at in contents]


def with_prose(hits: Sequence[Hit], passages: Sequence[Prose], limit: int, config: LightRagConfig) -> Sequence[Hit]:
    """Code first, then prose: documents have no scores, so a passage stands below every piece of code that is shown.

    Within `limit`; prose takes a third of the places at most, and more where code leaves them free.
    """
    room = max(limit // _PROSE_SHARE, limit - len(hits))
    taken = passages[: min(room, config.max_results)]
    shown = hits[: limit - len(taken)]
    highest = shown[-1].score if shown else 1.0
    return [*shown, *(_passage(one, at, highest / (at + 1), config) for at, one in enumerate(taken, 1))]


def _hit(ranked: RankedPlace, content: Content, marks: Sequence[tuple[int, int]]) -> Hit:
    project, place = ranked.project, ranked.place
    return Hit(
        id=f"{project.id}:{place.path}#{place.ordinal}",
        project_id=project.id,
        project=project.name,
        content=content.text,
        score=ranked.score,
        file_path=place.path,
        language=content.language,
        start_line=content.start_line,
        end_line=content.end_line,
        symbol=content.symbol,
        why=ranked.why,
        marks=marks,
    )


def _passage(passage: Prose, place: int, score: float, config: LightRagConfig) -> Hit:
    """The text is somebody's document: data for whoever reads it, whatever it says. Its lines count from 1."""
    text = encodable(passage.text).replace("\x00", "")[: config.max_characters]
    return Hit(
        id=f"{LIGHTRAG}:{encodable(passage.id)}",
        project_id="",
        project=LIGHTRAG,
        content=text,
        score=round(score, 4),
        file_path=encodable(passage.document),
        language=PROSE_LANGUAGE,
        start_line=1,
        end_line=text.count("\n") + 1,
        symbol="",
        why=f"prose that LightRAG found ({config.mode}), its place {place}",
    )
