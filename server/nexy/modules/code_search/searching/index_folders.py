"""What the search wants of the place where the indexes lie."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Remade:
    """The index of a project's newest complete revision, made again."""

    revision: int
    folder: Path


class IndexFolders(Protocol):
    """Where the indexes lie, and how one is made from the database."""

    def of(self, project_id: str, revision: int) -> Path:
        """The folder of one revision, whether it is there or not."""
        ...

    async def remake(self, project_id: str) -> Remade:
        """Write the index of the newest complete revision again; raises `Unavailable` where there is none."""
        ...
