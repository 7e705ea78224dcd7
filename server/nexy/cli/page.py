"""How commands print pages: what they show is data, whatever brackets stand in it."""

from rich.console import Console

# Wider than any line of a list.
_NO_EDGE = 10_000


def plain_console() -> Console:
    """The terminal, which takes every text as it is: no markup, no emoji codes, no guessed highlights."""
    return Console(highlight=False, markup=False, emoji=False)


def list_console() -> Console:
    """The same for lists: what is piped into another program has no edge to break lines at."""
    console = plain_console()
    if not console.is_terminal:
        console.width = _NO_EDGE
    return console
