"""Two persons with rows in every table, those who ask, and what they may not reach."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from access.catalogue import Catalogue, read_catalogue
from access.filling import Person, fill, refill
from nexy.contracts.access import Role
from nexy.contracts.database import Claims, Database

Snapshot = frozenset[str]


@dataclass(slots=True, kw_only=True)
class Stage:
    """`database` is what callers use; `administrator` is a superuser's connection that sees what they did."""

    database: Database
    administrator: Any
    catalogue: Catalogue
    persons: Sequence[Person]
    _everything: str = ""

    async def foreign_rows(self, mine: Person) -> Snapshot:
        """Every row that is not hers, by place and version: even an UPDATE that changes no value is seen."""
        if not self._everything:
            self._everything = " UNION ALL ".join(
                f"SELECT concat('{table.name} ', xmin, ctid, t) AS row FROM {table.name} AS t"
                for table in self.catalogue.tables
            )
        rows = [row["row"] for row in await self.administrator.fetch(self._everything)]
        return frozenset(
            row for row in rows if not mine.has(row) or any(p.has(row) for p in self.persons if p is not mine)
        )

    async def put_back(self, mine: Person) -> None:
        """What she deleted of her own."""
        await refill(self.administrator, self.catalogue, mine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody who asks, and the person whose rows she must not meet."""

    name: str
    claims: Claims
    mine: Person
    theirs: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What an attempt gave: rows as text, how many it touched; `asked` is what the caller said of the other person."""

    rows: Sequence[str] = ()
    touched: int = 0
    asked: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One thing to try on a table, view or function; a refusal is a `NexyError`."""

    target: str
    verb: str
    run: Callable[[], Awaitable[Given]]


# One way to the rows: every attempt that a caller can make on it, made only when it is its turn.
Route = Callable[[Stage, Caller], AsyncIterator[Attempt]]


@asynccontextmanager
async def stage_on(database: Database, administrator: Any) -> AsyncIterator[Stage]:
    """Read what there is and give each of two persons her rows."""
    catalogue = await read_catalogue(administrator)
    persons = (Person("Ann"), Person("Bob"))
    for person in persons:
        await fill(administrator, catalogue, person)
    yield Stage(database=database, administrator=administrator, catalogue=catalogue, persons=persons)


def callers(stage: Stage) -> Iterator[Caller]:
    """Both persons in every role, with and without saying who they are."""
    ann, bob = stage.persons
    for mine, theirs in ((ann, bob), (bob, ann)):
        for role in (Role.ANON, Role.AUTHENTICATED, ""):
            for user_id in (mine.user_id, ""):
                name = f"{role or 'nexy_app'}{' as a person' if user_id else ' as nobody'}"
                yield Caller(name=name, claims=Claims(user_id=user_id, role=role), mine=mine, theirs=theirs)
