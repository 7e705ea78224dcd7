"""A clone of a repository: made once, fetched again, set to one branch."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from nexy.config.code_search_section import CodeReadingConfig
from nexy.contracts.errors import DeadlineExceeded, Unavailable, ValidationFailed
from nexy.contracts.home import using_home
from nexy.modules.code_search.reading.fetching import GitFailed, GitRunner
from nexy.modules.code_search.reading.model import Source, Told
from nexy.modules.code_search.reading.source import check_branch
from nexy.modules.code_search.store.folders import REPOSITORIES
from nexy.utils.private_folder import make_private

_NAME_BYTES = 8
_RETRY_SECONDS = 5.0
# Left by a run that was killed; nobody else works here while the lock is held.
_STALE = ("*.lock", "tmp_pack_*", "tmp_idx_*", "tmp_rev_*", "tmp_obj_*")
# Each fetch that brings something adds one, and what it replaces stays: beyond so many the clone is tidied.
_MOST_PACKS = 8
_AT_ONCE = ("-c", "gc.reflogExpire=now", "-c", "gc.reflogExpireUnreachable=now")
_LOST_BRANCH = re.compile(r"couldn't find remote ref|not found in upstream|Remote branch .* not found")
_SYMREF = re.compile(r"^ref: refs/heads/(\S+)\s+HEAD$", re.MULTILINE)
# What git says without telling anything, and what must not be shown: a URL may carry a name.
_NOISE = re.compile(r"^(?:remote:.*|hint:.*|Cloning into.*|[Ww]arning:.*|)$")
_PREFIX = re.compile(r"^(?:fatal|error): ")
_ADDRESS = re.compile(r"\S+://\S+|'[^'\n]*'")
_MOST_TOLD = 200


def clone_folder(source: Source, home: Path) -> Path:
    """Where the clone of a URL lies: its name, and what makes it differ from others of that name."""
    readable = re.sub(r"[^A-Za-z0-9._-]+", "-", source.name).strip(".-") or "repository"
    mark = blake2b(source.kept.encode(), digest_size=_NAME_BYTES).hexdigest()
    return home.resolve() / REPOSITORIES / f"{readable[:64]}-{mark}"


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep everybody else away from a clone; raises `Unavailable` (`repository_busy`) where somebody is at it.

    The system lets go of it when this process ends, however it ends.
    """
    lock = folder.with_suffix(folder.suffix + ".lock")
    with using_home(folder.parent.parent):
        make_private(folder.parent, folder.parent)
        descriptor = _locked(lock)
    try:
        with using_home(folder.parent.parent):
            make_private(folder, folder.parent)
        yield
    finally:
        if not _has_branch(folder):
            shutil.rmtree(folder, ignore_errors=True)
            lock.unlink(missing_ok=True)
        os.close(descriptor)


def _locked(lock: Path) -> int:
    """The file of the lock, which is ours until it is closed."""
    while True:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            os.close(descriptor)
            raise Unavailable("another run is fetching this repository", code="repository_busy",
                              retry_after_seconds=_RETRY_SECONDS) from taken  # fmt: skip
        if _is_at(lock, descriptor):
            return descriptor
        # Whoever had it took the file away meanwhile, and the next one makes another.
        os.close(descriptor)


def _is_at(lock: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(lock), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _has_branch(folder: Path) -> bool:
    """Whether anything was ever fetched into it."""
    own = folder / ".git"
    return (own / "packed-refs").is_file() or any(path.is_file() for path in (own / "refs" / "heads").rglob("*"))


async def refresh(folder: Path, source: Source, branch: str, config: CodeReadingConfig, told: Told) -> None:
    """Bring the clone to the newest commit of `branch` (default: the repository's own); its files are then that.

    Raises `ValidationFailed` for a branch that is not there, `Unavailable`, `DeadlineExceeded`. Whoever calls holds it.
    """
    git = GitRunner(folder, config.git_timeout_seconds, told)
    # Beside the clone, which may be broken so far that nothing runs in it.
    beside = GitRunner(folder.parent, config.git_timeout_seconds, told)
    try:
        wanted = branch or await _default_branch(beside, source)
        await _tidy(git, folder)
        try:
            await _set_to(git, folder, source, wanted)
        except GitFailed as failed:
            if _LOST_BRANCH.search(failed.told) or not await _answers(beside, source):
                raise
            # Broken by a kill, a full disk or a power cut: there is nothing in it that cannot be fetched again.
            _drop(folder)
            await _set_to(git, folder, source, wanted)
    except GitFailed as failed:
        raise _explained(failed, source, branch) from failed


async def _default_branch(git: GitRunner, source: Source) -> str:
    listed = await git.run("ls-remote", "--symref", "--", source.kept, "HEAD")
    found = _SYMREF.search(listed)
    if found is None:
        raise ValidationFailed(f"source: {source.name} has no commit yet", field="source")
    try:
        check_branch(found[1])
    except ValidationFailed as strange:
        raise ValidationFailed(
            f"{source.name}: its own branch has a name that cannot be used here ({found[1]!a}); name one with --branch",
            field="branch",
        ) from strange
    return found[1]


async def _answers(git: GitRunner, source: Source) -> bool:
    """Whether the other side is well, so that what failed is the clone."""
    try:
        await git.run("ls-remote", "--heads", "--", source.kept, "HEAD")
    except GitFailed:
        return False
    return True


async def _tidy(git: GitRunner, folder: Path) -> None:
    own = folder / ".git"
    for pattern in _STALE:
        for left in own.rglob(pattern):
            left.unlink(missing_ok=True)
    if sum(1 for _ in (own / "objects" / "pack").glob("*.pack")) > _MOST_PACKS:
        try:
            await git.run(*_AT_ONCE, "gc", "--quiet", "--prune=now")
        except (GitFailed, DeadlineExceeded):
            _drop(folder)


def _drop(folder: Path) -> None:
    shutil.rmtree(folder / ".git", ignore_errors=True)


async def _set_to(git: GitRunner, folder: Path, source: Source, branch: str) -> None:
    if not (folder / ".git" / "HEAD").is_file():
        await git.run("init", "--quiet", "--template=")
    await _fetch(git, source, branch)
    await _check_out(git, branch)


async def _fetch(git: GitRunner, source: Source, branch: str) -> None:
    # The newest commit is all that is indexed, so that is all that is fetched.
    await git.run(
        "fetch", "--progress", "--no-tags", "--depth=1", "--force", "--update-head-ok", "--no-write-fetch-head",
        "--", source.kept, f"+refs/heads/{branch}:refs/heads/{branch}",
    )  # fmt: skip


async def _check_out(git: GitRunner, branch: str) -> None:
    await git.run("symbolic-ref", "HEAD", f"refs/heads/{branch}")
    await git.run("reset", "--hard", "--quiet")
    await git.run("clean", "-ffdxq")


def _explained(failed: GitFailed, source: Source, branch: str) -> Unavailable | ValidationFailed:
    if branch and _LOST_BRANCH.search(failed.told):
        return ValidationFailed(f"{source.name} has no branch {branch!r}", field="branch")
    lines = [line.strip() for line in re.split(r"[\r\n]+", failed.told) if not _NOISE.match(line.strip())]
    # The first line is the reason; what follows is how git goes on to say that it failed.
    said = _ADDRESS.sub("…", _PREFIX.sub("", lines[0])).rstrip(".")[:_MOST_TOLD] if lines else "no reason given"
    return Unavailable(
        f"{source.name} cannot be fetched: {said}. Check the URL and that git may read it without asking for a"
        " password (a credential helper, or an ssh key in the agent, its host known)", code="repository_unreachable",
    )  # fmt: skip
