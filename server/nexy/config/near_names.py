"""What somebody meant who has misspelt a name."""

from collections.abc import Sequence
from difflib import get_close_matches


def hint_of(name: str, known: Sequence[str]) -> str:
    """The nearest of the known names, or all of them where none is near."""
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
