"""A source becomes a folder."""

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from nexy.config.code_search_section import CodeReadingConfig
from nexy.contracts.errors import DeadlineExceeded, NexyError, Unavailable, ValidationFailed
from nexy.modules.code_search.reading.cloning import clone_folder, held
from nexy.modules.code_search.reading.fetching import GitMissing
from nexy.modules.code_search.reading.source import source_of
from support.opened_sources import CONFIG, open_source, opened_files, origin
from support.source_tree import commit, git, plant

pytestmark = pytest.mark.slow
__all__ = ["origin"]


async def test_a_folder_is_opened_as_it_is(tmp_path: Path) -> None:
    """Nothing is copied; a branch of it cannot be asked for."""
    async with open_source(str(tmp_path), tmp_path / "home", "", CONFIG) as opened:
        assert (opened.root, opened.name, opened.fetched) == (tmp_path, tmp_path.name, False)
    assert not (tmp_path / "home").exists()
    with pytest.raises(ValidationFailed) as refused:
        async with open_source(str(tmp_path), tmp_path, "main", CONFIG):
            pass
    assert refused.value.field == "branch"


async def test_branches_and_news(tmp_path: Path, origin: Path) -> None:
    """The repository's own branch first, then another, and back; what was pushed meanwhile is there, deletes too."""
    url, home = f"file://{origin}", tmp_path / "home"
    assert await opened_files(url, home) == (["a.py", "b.py"], "main")
    assert await opened_files(url, home, "other") == (["b.py", "c.py"], "other")
    (origin / "b.py").unlink()
    commit(plant(origin, {"d.py": "d = 1\n"}))
    assert await opened_files(url, home) == (["a.py", "d.py"], "main")


async def test_history_that_was_rewritten(tmp_path: Path, origin: Path) -> None:
    """A forced push is followed."""
    url, home = f"file://{origin}", tmp_path / "home"
    await opened_files(url, home)
    plant(origin, {"a.py": "a = 2\n"})
    git(origin, "commit", "--quiet", "--all", "--amend", "-m", "again")
    async with open_source(url, home, "", CONFIG) as opened:
        assert (opened.root / "a.py").read_text() == "a = 2\n"
        assert (opened.source, opened.name, opened.fetched) == (url, "origin", True)


async def test_how_far_it_is(tmp_path: Path, origin: Path) -> None:
    """Told while objects arrive; the last says that all did."""
    commit(plant(origin, {f"many/{number}.py": f"x = {number}\n" for number in range(50)}))
    told: list[tuple[int, int]] = []
    async with open_source(f"file://{origin}", tmp_path / "home", "", CONFIG, lambda *step: told.append(step)):
        pass
    assert told
    assert told[-1][0] == told[-1][1] >= 50


async def test_one_run_at_a_time(tmp_path: Path, origin: Path) -> None:
    """The second is told to come back; once the first is done it may."""
    url, home = f"file://{origin}", tmp_path / "home"
    async with open_source(url, home, "", CONFIG):
        with pytest.raises(Unavailable) as busy:
            await opened_files(url, home)
        assert (busy.value.code, bool(busy.value.retry_after_seconds)) == ("repository_busy", True)
    await opened_files(url, home)


@pytest.mark.parametrize(
    ("branch", "path", "failure", "code"),
    [
        ("none", "origin", ValidationFailed, "validation_failed"),
        ("", "nowhere", Unavailable, "repository_unreachable"),
        ("other", "nowhere", Unavailable, "repository_unreachable"),
    ],
)
async def test_what_is_not_there(
    tmp_path: Path, origin: Path, branch: str, path: str, failure: type[NexyError], code: str
) -> None:
    """A branch is the person's to mend; a repository may come back. The clone's lock is free again."""
    with pytest.raises(failure) as refused:
        await opened_files(f"file://{tmp_path / path}", tmp_path / "home", branch)
    assert refused.value.code == code
    assert str(tmp_path) not in refused.value.message
    assert (await opened_files(f"file://{origin}", tmp_path / "home"))[0]


async def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    """There is nothing to index, and it says so."""
    empty = tmp_path / "empty"
    empty.mkdir()
    git(empty, "init", "--quiet")
    with pytest.raises(ValidationFailed, match="no commit"):
        await opened_files(f"file://{empty}", tmp_path / "home")


async def test_nothing_of_a_repository_is_run(tmp_path: Path, origin: Path) -> None:
    """No hook, no filter, no submodule; links stay links and are not read."""
    plant(origin, {".gitattributes": "*.py filter=evil\n", "x.py": "x"})
    plant(origin, {".gitmodules": '[submodule "m"]\n\tpath = m\n\turl = ext::sh -c touch% /tmp/x\n'})
    (origin / "link.py").symlink_to("/etc/hostname")
    commit(origin)
    paths, _ = await opened_files(f"file://{origin}", tmp_path / "home")
    assert paths == [".gitattributes", ".gitmodules", "a.py", "b.py", "x.py"]


def fake_git(folder: Path, script: str) -> str:
    """A search path on which git is this script."""
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "git").chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


async def test_git_that_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ended after its time with all that it started, and the setting is named."""
    pid_file = tmp_path / "pid"
    script = f"sleep 600 & echo $! > {pid_file}; wait"
    monkeypatch.setenv("PATH", fake_git(tmp_path / "bin", script))
    quick = CodeReadingConfig(git_timeout_seconds=1)
    with pytest.raises(DeadlineExceeded, match="git_timeout_seconds"):
        async with open_source("https://example.invalid/a.git", tmp_path / "home", "", quick):
            pass
    assert not runs(int(pid_file.read_text()))


async def test_a_run_that_is_cancelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git ends with it, and the clone is free."""
    ready = tmp_path / "ready"
    os.mkfifo(ready)
    monkeypatch.setenv("PATH", fake_git(tmp_path / "bin", f"echo $$ > {ready}; exec sleep 600"))
    url = "https://example.invalid/a.git"

    async def opening() -> None:
        async with open_source(url, tmp_path / "home", "", CONFIG):
            pass

    task = asyncio.ensure_future(opening())
    pid = int(await asyncio.to_thread(ready.read_text))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not runs(pid)
    with held(clone_folder(source_of(url), tmp_path / "home")):
        pass


async def test_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A URL cannot be opened, and it says what is missing; a folder needs none."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitMissing):
        await opened_files("https://example.invalid/a.git", tmp_path / "home")
    plant(tmp_path / "tree", {".git/HEAD": "", "a.py": "x"})
    assert await opened_files(str(tmp_path / "tree"), tmp_path / "home") == (["a.py"], "")


async def test_what_git_says_is_passed_on_without_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line tells the reason; a URL in it could carry a name."""
    script = "echo \"fatal: unable to access 'https://anna@example.invalid/': Could not resolve host\" >&2; exit 128"
    monkeypatch.setenv("PATH", fake_git(tmp_path / "bin", script))
    with pytest.raises(Unavailable, match="Could not resolve host") as refused:
        await opened_files("https://example.invalid/a.git", tmp_path / "home")
    assert "anna" not in refused.value.message


def runs(pid: int) -> bool:
    """Whether a process of this number lives; a dead one that nobody has asked about does not."""
    state = subprocess.run(("ps", "-o", "stat=", "-p", str(pid)), capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")
