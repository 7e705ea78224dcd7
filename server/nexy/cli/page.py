"""How commands print pages: what they show is data, whatever brackets stand in it."""

from rich.console import Console


def plain_console() -> Console:
    """The terminal, which takes every text as it is: no markup, no emoji codes, no guessed highlights."""
    return Console(highlight=False, markup=False, emoji=False)
