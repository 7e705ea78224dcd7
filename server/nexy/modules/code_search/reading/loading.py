"""A listed file becomes text: read once, its language told, decoded, its secrets taken out."""

import os
from hashlib import blake2b
from pathlib import Path

from nexy.config.code_search_section import CodeReadingConfig
from nexy.modules.code_search.model import DIGEST_BYTES, SourceFile
from nexy.modules.code_search.reading.decoding import decoded
from nexy.modules.code_search.reading.model import Listed, Loaded, Skipped, SkipReason
from nexy.modules.code_search.reading.naming import is_generated, is_test
from nexy.modules.code_search.reading.plain_files import NotPlain, lies_at, open_plain
from nexy.modules.code_search.reading.secrets import without_secrets
from nexy.utils.code_languages import language_of_file

_HEAD_BYTES = 4096
_ATTEMPTS = 2
_CUT = " …"


class _ChangedMeanwhile(OSError):
    """The file became another one while it was read."""


def load_file(root: Path, listed: Listed, config: CodeReadingConfig) -> Loaded | Skipped:
    """The bytes with their digest; cheap, so that a known digest needs no `decode`. `root` is a real path.

    Blocks: call it in a thread.
    """
    reason = SkipReason.CHANGING
    for _ in range(_ATTEMPTS):
        try:
            data = _read(root, listed.path, config.max_file_bytes)
        except (_ChangedMeanwhile, FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError):
            reason = SkipReason.UNREADABLE
            break
        return data if isinstance(data, Skipped) else _loaded(listed.path, data)
    return Skipped(path=listed.path, reason=reason)


def _read(root: Path, path: str, most: int) -> bytes | Skipped:
    """Raises `_ChangedMeanwhile` for a file that did not keep still."""
    try:
        with open_plain(root / path) as opened:
            before = os.fstat(opened.fileno())
            # One of the folders on the way may have become a link to elsewhere.
            if not lies_at(opened, root, path):
                return Skipped(path=path, reason=SkipReason.SYMLINK)
            data = opened.read(most + 1)
            after = os.fstat(opened.fileno())
    except NotPlain as other:
        return Skipped(path=path, reason=SkipReason.SYMLINK if other.link else SkipReason.SPECIAL)
    if len(data) > most:
        return Skipped(path=path, reason=SkipReason.TOO_LARGE)
    if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size) or len(data) != after.st_size:
        raise _ChangedMeanwhile
    return data if data else Skipped(path=path, reason=SkipReason.EMPTY)


def _loaded(path: str, data: bytes) -> Loaded:
    language = language_of_file(path, data[:_HEAD_BYTES].decode("latin-1"))
    digest = blake2b(language.encode() + b"\0", digest_size=DIGEST_BYTES)
    digest.update(data)
    return Loaded(
        path=path, data=data, digest=digest.digest(), language=language, is_test=is_test(path),
        is_generated=is_generated(path, data),
    )  # fmt: skip


def decode(loaded: Loaded, config: CodeReadingConfig) -> SourceFile | Skipped:
    """The text, lines ended by \\n alone, without NUL and secrets; `binary` and `minified` show only here."""
    found = decoded(loaded.data)
    if found is None:
        return Skipped(path=loaded.path, reason=SkipReason.BINARY)
    text, encoding = found
    shortened = _shortened(text, config.max_line_characters)
    if shortened is None:
        return Skipped(path=loaded.path, reason=SkipReason.MINIFIED)
    if not shortened.strip():
        return Skipped(path=loaded.path, reason=SkipReason.EMPTY)
    clean, masked = without_secrets(shortened, loaded.language)
    return SourceFile(
        path=loaded.path, digest=loaded.digest, text=clean, language=loaded.language, masked=masked,
        is_test=loaded.is_test, is_generated=loaded.is_generated, encoding=encoding,
    )  # fmt: skip


def _shortened(text: str, most: int) -> str | None:
    """Without the rest of each endless line; None where such lines are most of the text."""
    if len(text) <= most:
        return text
    lines = text.split("\n")
    endless = [line for line in lines if len(line) > most]
    if not endless:
        return text
    if sum(map(len, endless)) * 2 > len(text):
        return None
    return "\n".join(line if len(line) <= most else line[:most] + _CUT for line in lines)
