"""Asks git about a work tree that may belong to somebody else: nothing that the tree configures is run."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

# What git may run or reach by the configuration of a tree; the command line is stronger than that.
HARMLESS = (
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.untrackedCache=false",
    "-c", "core.pager=cat", "-c", "submodule.recurse=false", "-c", "protocol.ext.allow=never",
)  # fmt: skip
_OURS = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_NO_VERIFY", "GIT_PROXY_COMMAND", "GIT_EXEC_PATH")


def environment(protocols: str) -> Mapping[str, str]:
    """Our own without what points git elsewhere; it asks nobody, and uses these protocols (with colons between)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _OURS}
    return {
        **kept,
        "GIT_ALLOW_PROTOCOL": protocols,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_ASKPASS": "true",
        "SSH_ASKPASS_REQUIRE": "never",
        "LC_ALL": "C",
    }


class WorkTree:
    """The work tree that a folder lies in; every answer is None where git cannot give it."""

    def __init__(self, root: Path, timeout_seconds: float) -> None:
        self._root = root
        self._timeout = timeout_seconds
        self._environment = environment("none")

    def holds_root(self) -> bool:
        """Whether git is there and takes the folder for a part of a work tree (and not for some other place's)."""
        top = self._line("rev-parse", "--show-toplevel")
        return bool(top) and self._root.is_relative_to(Path(str(top)))

    def files(self) -> Sequence[str] | None:
        """Paths below the root of what is tracked or would be; a folder (with a slash) is another repository."""
        return self._paths("ls-files", "-z", "--cached", "--others", "--exclude-standard")

    def ignored(self) -> Sequence[str] | None:
        """Paths of what its rules leave out; a folder that is left out whole is one, with a slash behind it."""
        return self._paths("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")

    def head(self) -> str:
        """The commit that is checked out, "" before the first."""
        return self._line("rev-parse", "--verify", "--quiet", "HEAD^{commit}") or ""

    def branch(self) -> str:
        """The branch that is checked out, what is no UTF-8 in it written out; "" where none is."""
        told = self._told("symbolic-ref", "--quiet", "--short", "HEAD") or b""
        return told.decode(errors="backslashreplace").rstrip("\n")

    def _line(self, *arguments: str) -> str | None:
        told = self._told(*arguments)
        return None if told is None else os.fsdecode(told).rstrip("\n")

    def _paths(self, *arguments: str) -> Sequence[str] | None:
        told = self._told(*arguments)
        return None if told is None else [os.fsdecode(path) for path in told.split(b"\0") if path]

    def _told(self, *arguments: str) -> bytes | None:
        command = ("git", *HARMLESS, "--literal-pathspecs", *arguments)
        try:
            done = subprocess.run(
                command, cwd=self._root, env=self._environment, stdin=subprocess.DEVNULL, capture_output=True,
                check=False, timeout=self._timeout,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout if done.returncode == 0 else None
