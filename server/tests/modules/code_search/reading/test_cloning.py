"""A clone that was broken, and one that grows: the next fetch is well all the same."""

import os
import shutil
from pathlib import Path

import pytest

from nexy.contracts.errors import Unavailable, ValidationFailed
from nexy.modules.code_search.reading.cloning import clone_folder, held
from nexy.modules.code_search.reading.source import source_of
from support.opened_sources import opened_files, origin
from support.source_tree import commit, plant

pytestmark = pytest.mark.slow
__all__ = ["origin"]


async def test_a_killed_run_leaves_nothing_that_stops_the_next(tmp_path: Path, origin: Path) -> None:
    """Locks of git that nobody holds, files that do not belong, half a repository."""
    url, home = f"file://{origin}", tmp_path / "home"
    await opened_files(url, home)
    clone = clone_folder(source_of(url), home)
    plant(clone, {".git/index.lock": "", ".git/shallow.lock": "", "stray.py": "x", "a.py": "changed"})
    assert (await opened_files(url, home))[0] == ["a.py", "b.py"]
    assert (clone / "a.py").read_text() == "a = 1\n"
    for piece in (clone / ".git" / "objects").rglob("*"):
        if piece.is_file():
            piece.unlink()
    assert (await opened_files(url, home))[0] == ["a.py", "b.py"]


async def test_a_kill_in_the_middle_of_a_fetch(tmp_path: Path, origin: Path) -> None:
    """Locks of branches, halves of packs and a list of commits that breaks off are no obstacle to what is new."""
    url, home = f"file://{origin}", tmp_path / "home"
    await opened_files(url, home)
    clone = clone_folder(source_of(url), home)
    left = {".git/refs/heads/main.lock": "", ".git/objects/pack/tmp_pack_x": "half", ".git/refs/heads/a/b.lock": ""}
    commit(plant(origin, {"c.py": "c = 1\n"}))
    plant(clone, left)
    assert (await opened_files(url, home))[0] == ["a.py", "b.py", "c.py"]
    assert not any((clone / path).exists() for path in left)
    commit(plant(origin, {"d.py": "d = 1\n"}))
    plant(clone, {".git/shallow": "no commit\n"})
    assert (await opened_files(url, home, "main"))[0] == ["a.py", "b.py", "c.py", "d.py"]


@pytest.mark.parametrize("broken", [{".git/HEAD": ""}, {".git/config": "[["}, {".git/refs": None, ".git/HEAD": "x"}])
async def test_a_broken_clone_is_made_again(tmp_path: Path, origin: Path, broken: dict[str, str | None]) -> None:
    """Whatever of it is damaged; a repository that lies around it is not taken for it."""
    url, home = f"file://{origin}", tmp_path / "around" / "home"
    commit(plant(home.parent, {"mine.py": "mine"}))
    plant(home.parent, {"mine.py": "changed", "new.py": "new"})
    await opened_files(url, home)
    clone = clone_folder(source_of(url), home)
    for path, content in broken.items():
        if content is None:
            shutil.rmtree(clone / path)
        else:
            (clone / path).write_text(content)
    assert await opened_files(url, home) == (["a.py", "b.py"], "main")
    assert (home.parent / "mine.py").read_text() == "changed"
    assert (home.parent / "new.py").is_file()


async def test_a_clone_that_is_well_outlives_a_source_that_is_away(tmp_path: Path, origin: Path) -> None:
    """Nothing is thrown away while it could not be fetched again, nor because a branch is not there."""
    url, home = f"file://{origin}", tmp_path / "home"
    await opened_files(url, home)
    head = clone_folder(source_of(url), home) / ".git" / "HEAD"
    made = head.parent.stat().st_ino
    with pytest.raises(ValidationFailed):
        await opened_files(url, home, "none")
    origin.rename(tmp_path / "away")
    with pytest.raises(Unavailable):
        await opened_files(url, home, "main")
    assert head.is_file()
    assert head.parent.stat().st_ino == made


async def test_what_is_fetched_does_not_pile_up(tmp_path: Path, origin: Path) -> None:
    """However often it is fetched, a handful of packs stays, and the files are the newest."""
    url, home = f"file://{origin}", tmp_path / "home"
    packs = clone_folder(source_of(url), home) / ".git" / "objects" / "pack"
    most = 0
    for number in range(14):
        commit(plant(origin, {"a.py": f"a = {number}\n"}))
        await opened_files(url, home)
        most = max(most, len(list(packs.glob("*.pack"))))
    assert 2 <= most <= 10
    assert (packs.parents[2] / "a.py").read_text() == "a = 13\n"


async def test_an_own_branch_that_cannot_be_named(tmp_path: Path, origin: Path) -> None:
    """It is refused with the way out, and what was sent is not shown raw."""
    os.rename(origin / ".git/refs/heads/main", os.fsencode(origin / ".git/refs/heads") + b"/m\xff")
    (origin / ".git/HEAD").write_bytes(b"ref: refs/heads/m\xff\n")
    with pytest.raises(ValidationFailed, match="--branch") as refused:
        await opened_files(f"file://{origin}", tmp_path / "home")
    assert refused.value.field == "branch"
    assert refused.value.message.isascii()
    assert (await opened_files(f"file://{origin}", tmp_path / "home", "other"))[1] == "other"


async def test_what_is_fetched_is_the_owners_alone(tmp_path: Path, origin: Path) -> None:
    """It may be somebody's private code, keys included; whoever made it readable before, it is not any more."""
    commit(plant(origin, {".env": "TOKEN=x", "deploy/server.pem": "x"}))
    home = tmp_path / "home"
    (home / "repositories").mkdir(parents=True, mode=0o755)
    before = os.umask(0o022)
    try:
        await opened_files(f"file://{origin}", home)
    finally:
        os.umask(before)
    found = [(home / "repositories"), *(home / "repositories").rglob("*")]
    assert {"server.pem", ".env", "config"} < {path.name for path in found}
    assert [path for path in found if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize("branch", ["", "main"])
async def test_a_fetch_that_never_worked_leaves_nothing(tmp_path: Path, origin: Path, branch: str) -> None:
    """Neither a folder nor a lock, and git's reason is told, not how it goes on about it."""
    home = tmp_path / "home"
    with pytest.raises(Unavailable) as refused:
        await opened_files(f"file://{tmp_path}/nothere", home, branch)
    assert "does not appear to be a git repository. Check the URL" in refused.value.message
    assert refused.value.message.startswith("nothere cannot be fetched: ")
    with pytest.raises(ValidationFailed):
        await opened_files(f"file://{origin}", home, "none")
    assert list((home / "repositories").iterdir()) == []


async def test_a_lock_that_was_taken_away_holds_nobody(tmp_path: Path) -> None:
    """Who comes after it was removed gets one of his own, and keeps the others away with it."""
    folder = tmp_path / "repositories" / "a"
    with held(folder), pytest.raises(Unavailable), held(folder):
        pass
    assert not folder.with_suffix(".lock").exists()
    with held(folder):
        pass
    assert list(folder.parent.iterdir()) == []
