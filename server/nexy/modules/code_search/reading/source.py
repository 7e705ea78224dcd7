"""What a person named as a source: a folder, or the URL of a repository."""

import re
from pathlib import Path

from nexy.contracts.errors import ValidationFailed
from nexy.modules.code_search.model import LONGEST_NAME
from nexy.modules.code_search.reading.model import Source

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)(::|://)")
_ALLOWED = frozenset(("https", "ssh", "file"))
_HOST = re.compile(r"(?:([^/@]*)@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9][A-Za-z0-9.-]*)(?::\d{1,5})?/(?!/)\S")
# As ssh itself writes it: no slash before the first colon, else it would be a folder.
_SCP = re.compile(r"(?:[A-Za-z0-9_][\w.-]*@)[A-Za-z0-9][A-Za-z0-9.-]*:(?!-)\S+")
# Git takes apart what is written as %2D, and what begins with a dash is an option to ssh.
_LOGIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
# Not what cannot be written as UTF-8 either, nor the sign that stands for it.
_BRANCH = re.compile(r"(?!-)(?!.*(?:\.\.|@\{|//|\.lock(?:/|$)))[^\x00-\x20\x7f~^:?*\[\\\ud800-\udfff\ufffd]+(?<![./])")


def source_of(source: str) -> Source:
    """The source by its one spelling; touches the disk only for a folder.

    Raises `ValidationFailed` (field `source`) for what is neither a folder nor a repository's URL.
    """
    text = source.strip()
    if not text or "\x00" in text or "\n" in text:
        raise _refused("name a folder, or the URL of a git repository")
    if _SCP.fullmatch(text):
        return _of_url(text)
    if scheme := _SCHEME.match(text):
        _check_url(text, scheme[1].lower(), scheme[2])
        return _of_url(text)
    return _of_folder(Path(text).expanduser())


def check_branch(branch: str) -> None:
    """Raises `ValidationFailed` (field `branch`) for what git would not take as a branch's name, or as an option."""
    if not _BRANCH.fullmatch(branch):
        raise ValidationFailed(f"{branch!r} cannot be the name of a branch", field="branch")


def _check_url(url: str, scheme: str, mark: str) -> None:
    if mark == "::" or scheme not in _ALLOWED:
        raise _refused(f"{scheme}{mark} is not fetched; use https://, ssh://, git@host:path or file://")
    rest = url[len(scheme) + len(mark) :]
    if scheme == "file":
        if not rest.startswith("/"):
            raise _refused("a file:// URL names a folder of this machine: file:///path")
        return
    host = _HOST.match(rest)
    if host is None or any(blank in rest for blank in " \t"):
        raise _refused("the URL names no host and path")
    # It would be kept beside the project, and be shown in its status.
    if host[1] and (scheme == "https" or ":" in host[1]):
        raise _refused("keep passwords and tokens out of the URL; use git's credential helper, or ssh")
    if scheme == "https" and ("?" in rest or "#" in rest):
        raise _refused(
            "a repository's URL has no ? and no #; keep tokens out of it, and use git's credential helper, or ssh"
        )
    if host[1] is not None and not _LOGIN.fullmatch(host[1]):
        raise _refused("the URL has a user's name that ssh could take for something else")


def _of_url(url: str) -> Source:
    kept = url.rstrip("/")
    last = re.split(r"[/:]", kept)[-1].removesuffix(".git")
    if not last or last in (".", ".."):
        raise _refused("the URL names no repository")
    return Source(kept=kept, name=last[:LONGEST_NAME], is_url=True)


def _of_folder(folder: Path) -> Source:
    try:
        real = folder.resolve(strict=True)
        is_folder = real.is_dir()
    except (OSError, RuntimeError) as problem:
        raise _refused(f"{folder} is no folder that can be read, nor a repository's URL") from problem
    if not is_folder:
        raise _refused(f"{folder} is a file; name the folder that it lies in")
    if (real / "HEAD").is_file() and (real / "objects").is_dir() and (real / "refs").is_dir():
        raise _refused(f"{folder} is a repository without files; name it as file://{real}")
    return Source(kept=str(real), name=(real.name or "root")[:LONGEST_NAME], is_url=False)


def _refused(message: str) -> ValidationFailed:
    return ValidationFailed(f"source: {message}", field="source")
