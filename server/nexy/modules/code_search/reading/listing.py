"""Which files of a tree may be indexed."""

from collections import deque
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from nexy.config.code_search_section import CodeReadingConfig
from nexy.contracts.errors import ValidationFailed
from nexy.modules.code_search.reading.git import WorkTree
from nexy.modules.code_search.reading.ignoring import IgnoreRules
from nexy.modules.code_search.reading.model import Listing, SkipReason
from nexy.modules.code_search.reading.naming import MARKERS
from nexy.modules.code_search.reading.sieve import Sieve
from nexy.modules.code_search.reading.walking import visited

_SHORT_COMMIT = 12


def list_files(root: Path, config: CodeReadingConfig) -> Listing:
    """Every file below `root` that may be code; asks git where it can, else walks by the same rules.

    Blocks: call it in a thread. Raises `ValidationFailed` (field `source`) where `root` is no folder that can be read.
    """
    tree = WorkTree(root, config.git_timeout_seconds)
    by_git = _listed_by_git(root, config, tree) if tree.holds_root() else None
    return by_git or walked(root, config)


def walked(root: Path, config: CodeReadingConfig) -> Listing:
    """The same without git, and so without branch and commit."""
    sieve = Sieve(root, config)
    try:
        deque(visited(root, IgnoreRules(root), sieve), maxlen=0)
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise ValidationFailed(f"source: {root} cannot be read: {reason}", field="source") from problem
    return Listing(files=sieve.files(), skipped=sieve.skipped())


def _listed_by_git(root: Path, config: CodeReadingConfig, tree: WorkTree) -> Listing | None:
    paths = tree.files()
    left_out = tree.ignored()
    if paths is None or left_out is None:
        return None
    head = tree.head()
    branch = tree.branch() or head[:_SHORT_COMMIT]
    if not paths:
        # The person named a folder that the repository around it ignores: she means it.
        plain = walked(root, config)
        return Listing(files=plain.files, skipped=plain.skipped, branch=branch, head=head)
    sieve = _sifted(root, config, paths)
    if left_out:
        sieve.skip(SkipReason.IGNORED, len(left_out))
    return Listing(files=sieve.files(), skipped=sieve.skipped(), branch=branch, head=head)


def _sifted(root: Path, config: CodeReadingConfig, paths: Sequence[str]) -> Sieve:
    sieve = Sieve(root, config)
    marks = [pure for pure in map(PurePosixPath, paths) if pure.name in MARKERS and len(pure.parts) > 1]
    # The outer ones first: what lies in one of them is not counted again.
    for mark in sorted(marks, key=lambda pure: len(pure.parts)):
        if not sieve.leaves_out(mark.as_posix()):
            sieve.skip_folder(mark.parent.as_posix(), SkipReason.VENDORED)
    for path in paths:
        sieve.add(path.rstrip("/"))
    return sieve
