"""The terminal while it shows pictures: its own screen, keys one by one, all as before afterwards."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[2J"
_LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l"


_CANNOT_DRAW = ("", "dumb", "unknown")


def can_draw(out: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether this is a terminal whose cursor can be moved; Windows says nothing in TERM."""
    usual = "windows" if os.name == "nt" else ""
    return out.isatty() and environment.get("TERM", usual) not in _CANNOT_DRAW


@contextmanager
def own_screen(out: TextIO) -> Iterator[None]:
    """The alternate screen without a cursor, left again whatever happens."""
    out.write(_ENTER)
    out.flush()
    try:
        yield
    finally:
        out.write(_LEAVE)
        out.flush()


@contextmanager
def single_keys(source: TextIO) -> Iterator[Callable[[], str] | None]:
    """Gives a function that reads the keys that were pressed; None where nobody can press any."""
    try:
        import termios
        import tty

        number = source.fileno()
        before = termios.tcgetattr(number)
    except (ImportError, OSError, ValueError, termios.error):
        yield None
        return
    try:
        tty.setcbreak(number)
        yield lambda: os.read(number, 64).decode("utf-8", "replace")
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)
