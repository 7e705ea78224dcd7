"""A tree of files for tests of reading, with git around it where one is wanted."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

_AUTHOR = {
    "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull,
}  # fmt: skip
_SECONDS = 30


def plant(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write every file below `root`, folders included."""
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def git(root: Path, *arguments: str) -> str:
    """Run git in `root` as somebody without a configuration; its output without the last line end."""
    done = subprocess.run(
        ("git", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always", *arguments),
        cwd=root, env={**os.environ, **_AUTHOR}, check=True, capture_output=True, text=True, timeout=_SECONDS,
    )  # fmt: skip
    return done.stdout.rstrip("\n")


def commit(root: Path, message: str = "more") -> str:
    """Put everything that lies there into a commit, in a repository that is made if need be; the commit's name."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(root, "rev-parse", "HEAD")
