"""Report files: whether they can be written is known before the check begins."""

import os
import tempfile
from pathlib import Path

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli.problem import CannotDo


def refuse_where_unwritable(files: list[Path], words: Catalogue) -> None:
    """Raise `CannotDo` for the first that cannot be written."""
    for file in files:
        reason = _hindrance(file, words)
        if reason:
            raise CannotDo(words.text("file.unwritable", file=file, reason=reason))


def _hindrance(file: Path, words: Catalogue) -> str:
    folder = file.absolute().parent
    if file.is_dir():
        return words.text("file.is_folder")
    if not folder.is_dir():
        return words.text("file.no_folder", folder=folder)
    if file.exists():
        return "" if os.access(file, os.W_OK) else words.text("file.protected")
    try:
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except OSError as problem:
        return problem.strerror or str(problem)


def write(file: Path, text: str, words: Catalogue) -> None:
    """Raise `CannotDo` where it did not work out after all."""
    try:
        # JSON lets a server send half a character; a report is not lost for that.
        file.write_text(text, encoding="utf-8", errors="replace")
    except OSError as problem:
        raise CannotDo(words.text("file.unwritable", file=file, reason=problem.strerror or problem)) from problem
