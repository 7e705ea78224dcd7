"""A source becomes a folder: one that is there, or a clone of a repository."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from nexy.config.code_search_section import CodeReadingConfig
from nexy.contracts.errors import ValidationFailed
from nexy.modules.code_search.reading.cloning import clone_folder, held, refresh
from nexy.modules.code_search.reading.model import Opened, Source, Told
from nexy.modules.code_search.reading.source import check_branch


def silent(done: int, total: int) -> None:
    """Nobody wants to know how far the fetch is."""


@contextmanager
def reserved(source: Source, home: Path) -> Iterator[None]:
    """Keep other runs away from a URL's clone; raises `Unavailable` (`repository_busy`) where one is at it."""
    with held(clone_folder(source, home)) if source.is_url else nullcontext():
        yield


async def opened(source: Source, home: Path, branch: str, config: CodeReadingConfig, told: Told = silent) -> Opened:
    """A folder as it is, or a git URL fetched to below `home`/repositories and set to `branch` (default: its own).

    The clone is to be `reserved` as long as it is used. `told` hears how far the fetch is, on the event loop.
    Raises `ValidationFailed` (field `source` or `branch`), `Unavailable` (`repository_unreachable`, `git_missing`),
    `DeadlineExceeded` after `git_timeout_seconds`.
    """
    if branch:
        check_branch(branch)
    if not source.is_url:
        if branch:
            raise ValidationFailed("a folder is indexed as it is; check the branch out there", field="branch")
        return Opened(root=Path(source.kept), source=source.kept, name=source.name, fetched=False)
    folder = clone_folder(source, home)
    await refresh(folder, source, branch, config, told)
    return Opened(root=folder, source=source.kept, name=source.name, fetched=True)
