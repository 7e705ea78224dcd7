"""Which projects a person may see, and which of them a question is about."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from nexy.contracts.code_search import SearchedIndex
from nexy.contracts.database import Claims, Database, Row
from nexy.contracts.errors import NotFound
from nexy.modules.code_search.store.rows import number
from nexy.utils.named_sql import named_sql

_SQL = named_sql("nexy.modules.code_search.searching")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisibleProject:
    """One project of somebody's sight; `revision` 0 where nothing is complete yet, `owned` where it is one's own.

    `stale`: its files may be further. `held`: a run is at work on it.
    """

    id: str
    name: str
    revision: int = 0
    stale: bool = False
    held: bool = False
    owned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The projects that a question is about, and the words of its context that name none of them.

    `whole`: no project was named, so it is everything that the person sees.
    """

    projects: Sequence[VisibleProject]
    words: str = ""
    whole: bool = False

    @property
    def searchable(self) -> Sequence[VisibleProject]:
        """Those with a complete revision."""
        return [project for project in self.projects if project.revision]

    @property
    def index(self) -> SearchedIndex:
        """What the answer says where all that is complete is searched.

        What has nothing to search and is not being made, somebody's forgotten attempt, makes no answer stale; nor does
        nothing at all, for which nobody need wait.
        """
        stale = any(one.stale and (one.revision or one.held) for one in self.projects)
        return searched_index(self.searchable, stale=stale)


def searched_index(searched: Sequence[VisibleProject], *, stale: bool) -> SearchedIndex:
    """The state that was searched; of several projects the revisions one after another."""
    several = ",".join(f"{one.name}@{one.revision}" for one in searched)
    told = str(searched[0].revision) if len(searched) == 1 else several
    return SearchedIndex(revision=told or None, stale=stale)


def claims_of(user_id: str) -> Claims:
    """Whose rows are read; nobody's own without a `user_id`."""
    return Claims(user_id=user_id)


async def visible_projects(database: Database, user_id: str) -> Sequence[VisibleProject]:
    """What row-level security shows this person; raises `Unavailable` while the database is away."""
    async with database.transaction(claims_of(user_id)) as transaction:
        rows = await transaction.fetch(_SQL["visible_projects"])
    return [_project(row, user_id) for row in rows]


def scope_of(visible: Sequence[VisibleProject], project: str, context: str) -> Scope:
    """The project that is named by id or name, else the one whose name the context is, else all of them.

    One's own comes before a public one of the same name. Raises `NotFound` for a named one that is not visible.
    """
    if project:
        named = _named(visible, project)
        if named is None:
            # A foreign one and none at all are told alike.
            told = f"There is no project {project} that you may see; `nexy index status` lists them."
            raise NotFound(told, code="project_not_found", field="project_id")
        return Scope(projects=(named,), words=context)
    # Clients put a project's name or anything else here, and cannot tell which.
    meant = _named(visible, context) if context else None
    return Scope(projects=visible, words=context, whole=True) if meant is None else Scope(projects=(meant,))


def _named(visible: Sequence[VisibleProject], wanted: str) -> VisibleProject | None:
    wish = _as_id(wanted)
    by_id = next((project for project in visible if project.id == wish), None)
    folded = wanted.casefold()
    named = [project for project in visible if project.name.casefold() == folded]
    return by_id or min(named, key=lambda project: (not project.owned, project.name != wanted), default=None)


def _as_id(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return ""


def _project(row: Row, user_id: str) -> VisibleProject:
    return VisibleProject(
        id=str(row["id"]),
        name=str(row["name"]),
        revision=number(row, "revision"),
        stale=bool(row["stale"]),
        held=bool(row["held"]),
        owned=bool(user_id) and str(row["user_id"]) == user_id,
    )
