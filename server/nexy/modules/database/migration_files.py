"""The numbered migrations as files: `0004_access.sql`, and `0007_x.post.sql` for what may wait."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from nexy.contracts.errors import Internal

_NAME = re.compile(r"(\d{4})_([a-z0-9_]+?)(\.post)?\.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One step; a `post` step runs when no older server is left, and newer code runs before it."""

    version: int
    name: str
    post: bool
    text: str = field(repr=False)

    @property
    def checksum(self) -> str:
        """Tells whether a step that was applied has been changed since."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@cache
def packaged_migrations() -> Sequence[Migration]:
    """Every step that came with this code, in order; raises `Internal` for a name or number that is out of line."""
    folder = files("nexy.modules.database") / "migrations"
    found = {entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".sql")}
    return ordered(found)


def ordered(texts: dict[str, str]) -> Sequence[Migration]:
    """The steps by number; two steps with one number are a mistake."""
    steps = sorted((_parsed(name, text) for name, text in texts.items()), key=lambda step: step.version)
    numbers = [step.version for step in steps]
    if len(set(numbers)) != len(numbers):
        raise Internal("two migrations have the same number")
    return tuple(steps)


def _parsed(name: str, text: str) -> Migration:
    parts = _NAME.fullmatch(name)
    if parts is None:
        raise Internal(f"the migration {name} is not named like 0007_what_it_does.sql")
    return Migration(version=int(parts[1]), name=parts[2], post=parts[3] is not None, text=text)
