"""Where a name is defined: by the tables of symbols, the surest first."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath

import numpy as np

from nexy.contracts.code_search import FindSymbol, Found, Hit
from nexy.modules.code_search.searching.checks import SymbolWish, checked_symbol
from nexy.modules.code_search.searching.contents import Content, contents_of
from nexy.modules.code_search.searching.finder import CODE, NO_INDEX, SearchParts, searched_state
from nexy.modules.code_search.searching.hits import hits_of, wanted_of
from nexy.modules.code_search.searching.members import with_members
from nexy.modules.code_search.searching.open_indexes import OpenProject
from nexy.modules.code_search.searching.ranked import RankedPlace
from nexy.modules.code_search.searching.visible import scope_of, visible_projects
from nexy.modules.code_search.terms.hashing import folded_hash, name_hash

_WHOLE, _BARE, _FOLDED = 1.0, 0.9, 0.7
_SIGNAL = "symbols"
_log = logging.getLogger("nexy.code_search")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Definition:
    """A document that defines the name in one way of writing it; `damped` lies in a test or generated file."""

    ranked: RankedPlace
    nearness: int
    damped: bool
    prior: float

    @property
    def order(self) -> tuple[float, int, bool, float, str, int]:
        """Smaller comes first: the surer match, the asked file, real code, what much leans on."""
        place = self.ranked.place
        return -self.ranked.score, -self.nearness, self.damped, -self.prior, place.path, place.ordinal


class SymbolFinder:
    """Answers `FindSymbol`."""

    def __init__(self, parts: SearchParts) -> None:
        self._parts = parts

    async def find(self, request: FindSymbol) -> Found:
        """Definitions of the name, those written exactly so before others, and classes with what they hold.

        Raises like `CodeFinder.find`.
        """
        parts = self._parts
        wish = checked_symbol(request, parts.config)
        scope = scope_of(await visible_projects(parts.database, wish.user_id), wish.project, "")
        if not scope.searchable:
            return Found(index=scope.index, left_out={CODE: NO_INDEX})
        opened = await parts.indexes.of(scope.searchable)
        if not opened.there:
            raise opened.problem
        most = parts.config.max_same_names
        places = await parts.threads.run(partial(definitions_of, opened.there, wish, most))
        contents = await contents_of(parts.database, wish.user_id, wanted_of(places))
        meant = [(place, contents[at]) for at, place in enumerate(places) if at in contents]
        meant = list(_beginnings([one for one in meant if _is_meant(wish, *one)]))
        bound = parts.config.max_class_characters
        shown = await with_members(parts.database, wish.user_id, meant, wish.limit, bound)
        found = Found(
            hits=_hits(wish, shown),
            total=len(meant),
            index=searched_state(scope, opened),
            signals=(_SIGNAL,),
            left_out={f"project {name}": problem.message for name, problem in opened.missing.items()},
        )
        context = {"projects": len(scope.projects), "hits": len(found.hits), "total": found.total}
        _log.info("symbol looked up", extra={"decision": "search", "ctx": context})
        return found


def definitions_of(projects: Sequence[OpenProject], wish: SymbolWish, most: int) -> Sequence[RankedPlace]:
    """At most so many places whose name is the wish's last part, or that only differ in case and "_"."""
    found = [definition for project in projects for definition in _in_project(project, wish)]
    return [definition.ranked for definition in sorted(found, key=lambda one: one.order)[:most]]


def _in_project(project: OpenProject, wish: SymbolWish) -> Iterator[_Definition]:
    index, seen = project.index, set[int]()
    allowed = index.in_language(wish.language) if wish.language else np.ones(index.documents, np.bool_)
    for score, hashed in _spellings(wish):
        for document in map(int, index.defined(hashed)):
            if document in seen or not allowed[document]:
                continue
            seen.add(document)
            place = index.place(document)
            yield _Definition(
                ranked=RankedPlace(project=project.project, place=place, score=score),
                nearness=_nearness(place.path, wish.file_path),
                damped=bool(index.tests[document] or index.generated[document]),
                prior=float(index.prior[document]),
            )


def _spellings(wish: SymbolWish) -> Sequence[tuple[float, int]]:
    whole, bare = ".".join(wish.path), wish.path[-1]
    return (_WHOLE, name_hash(whole)), (_BARE, name_hash(bare)), (_FOLDED, folded_hash(bare))


def _nearness(path: str, asked: str) -> int:
    """2 for the asked file, which an editor may name by its whole path; 1 for its folder."""
    if not asked:
        return 0
    if asked == path or asked.endswith(f"/{path}") or path.endswith(f"/{asked}"):
        return 2
    folder = str(PurePosixPath(path).parent)
    return int(folder != "." and str(PurePosixPath(asked).parent).endswith(folder))


def _is_meant(wish: SymbolWish, ranked: RankedPlace, content: Content) -> bool:
    """A qualified name means that owner, or that file or folder where it stands alone: "json.decode"."""
    owners = [part.casefold() for part in wish.path[:-1]]
    # Only the last part of the name was looked up, so the owner is still to be compared.
    if not owners or ranked.score == _WHOLE:
        return True
    around = [
        *PurePosixPath(ranked.place.path.casefold()).with_suffix("").parts,
        *content.symbol.casefold().split(".")[:-1],
    ]
    places = iter(around)
    return all(owner in places for owner in owners)


def _beginnings(found: Sequence[tuple[RankedPlace, Content]]) -> Iterator[tuple[RankedPlace, Content]]:
    """A long definition is stored in pieces; the first of them stands for it."""
    ends = {(one.project.id, one.place.path, content.symbol, content.end_line) for one, content in found}
    for one, content in found:
        before = (one.project.id, one.place.path, content.symbol, content.start_line - 1)
        if before not in ends:
            yield one, content


def _hits(wish: SymbolWish, found: Sequence[tuple[RankedPlace, Content]]) -> Sequence[Hit]:
    places = [replace(place, why=_why(wish, place, content)) for place, content in found]
    contents: Mapping[int, Content] = {at: content for at, (_, content) in enumerate(found)}
    return hits_of(wish.path[-1], places, contents, _mark)


def _why(wish: SymbolWish, place: RankedPlace, content: Content) -> str:
    same = "" if place.score > _FOLDED else f", written otherwise than {wish.path[-1]}"
    cut = "; of its members only the signatures are shown" if content.shortened else ""
    return f"defines {content.symbol or wish.symbol}{same}{cut}"


def _mark(name: str) -> Callable[[str], Sequence[tuple[int, int]]]:
    """Where the name stands first."""

    def marks(text: str) -> Sequence[tuple[int, int]]:
        found = re.search(re.escape(name), text, re.IGNORECASE)
        return () if found is None else (found.span(),)

    return marks
