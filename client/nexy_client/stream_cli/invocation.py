"""Who calls: the light client's own command, or that of a server on this machine."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from nexy_client.catalogue import Catalogue, choose_language

PACKAGE = "nexy_client.stream_cli"
LOOPBACK = "http://127.0.0.1:8000"
FindServer = Callable[[Path | None], str | None]
"""The address of the server on a home (None: the usual one), None where none runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """How the command is called and where it writes; with `find_server` it knows the option --home."""

    program: str = "nexy-stream"
    find_server: FindServer | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    language: str = ""
    out: TextIO = field(default_factory=lambda: sys.stdout)
    err: TextIO = field(default_factory=lambda: sys.stderr)

    def words(self, language: str | None = None) -> Catalogue:
        """The texts in the language that was asked for, else in the person's."""
        return Catalogue(PACKAGE, language or self.language or choose_language(self.environment))

    def colours(self, wish: str, stream: TextIO) -> bool:
        """Whether to write escape sequences there; NO_COLOR is heeded."""
        if wish != "auto":
            return wish == "always"
        return stream.isatty() and not self.environment.get("NO_COLOR") and self.environment.get("TERM") != "dumb"
