"""Colours and tables of a terminal, in plain text where there is none."""

import shutil
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_CODES = {"bold": "1", "soft": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}
NARROWEST, WIDEST = 60, 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How to write to one stream."""

    colours: bool = False
    width: int = 100

    def paint(self, text: str, *names: str) -> str:
        """The text in these colours, as it is where there are none."""
        if not self.colours or not text:
            return text
        return f"\x1b[{';'.join(_CODES[name] for name in names)}m{text}\x1b[0m"

    def wrapped(self, text: str, indent: str = "") -> str:
        """In lines that fit; every line is indented."""
        return textwrap.fill(
            text,
            self.width,
            initial_indent=indent,
            subsequent_indent=indent,
            break_on_hyphens=False,
            break_long_words=False,
        )


def style_for(colours: bool) -> Style:
    """As wide as the terminal is, within reason."""
    return Style(colours=colours, width=min(max(shutil.get_terminal_size((100, 24)).columns, NARROWEST), WIDEST))


def printable(text: str) -> str:
    """Without control characters: what a server says must not steer the terminal."""
    return "".join(one if one == "\n" or unicodedata.category(one)[0] != "C" else "?" for one in text)


def columns(rows: Sequence[Sequence[str]], *, indent: str = "  ", right: Sequence[int] = ()) -> list[str]:
    """Rows as lines with every column as wide as its widest cell; `right` columns end together."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)] if rows else []
    return [
        (
            indent
            + "  ".join(
                cell.rjust(width) if place in right else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
        ).rstrip()
        for row in rows
    ]
