"""Fills templates in: ‹name›, `%%each list … %%end`, `%%if name … %%end`."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

_SLOT = re.compile(r"‹(\w+)›")
_TEMPLATES = files(__package__) / "templates"

Values = Mapping[str, str]


@cache
def template(language: str, name: str) -> Sequence[str] | None:
    """The lines of a template; None where this language has none of this name."""
    file = _TEMPLATES / language / f"{name}.tmpl"
    return tuple(file.read_text(encoding="utf-8").splitlines()) if file.is_file() else None


def rendered(lines: Sequence[str], values: Values, lists: Mapping[str, Sequence[Values]]) -> str:
    """The text; what a value holds is never read as a template. Raises `KeyError` for a slot without a value."""
    out: list[str] = []
    block: list[str] = []
    head = ""
    for line in lines:
        if head and line == "%%end":
            out += _block(head, block, values, lists)
            head, block = "", []
        elif head:
            block.append(line)
        elif line.startswith("%%"):
            head = line[2:]
        else:
            out.append(_filled(line, values))
    return "\n".join(out) + "\n"


def _block(head: str, block: Sequence[str], values: Values, lists: Mapping[str, Sequence[Values]]) -> Sequence[str]:
    word, _, name = head.partition(" ")
    if word == "if":
        return [_filled(line, values) for line in block] if values[name] else ()
    return [_filled(line, {**values, **entry}) for entry in lists[name] for line in block]


def _filled(line: str, values: Values) -> str:
    return _SLOT.sub(lambda slot: values[slot[1]], line) if "‹" in line else line
