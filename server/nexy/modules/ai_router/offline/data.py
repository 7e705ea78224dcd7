"""The texts of the package, read once."""

from functools import cache
from importlib.resources import files

_TEXTS = files(__package__) / "texts"


@cache
def text(name: str) -> str:
    """The file of this name."""
    return (_TEXTS / name).read_text(encoding="utf-8")
