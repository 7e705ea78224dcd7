"""Brings the generated tables of the documents up to date: `python docs/generate.py [--check]`.

A table stands between `<!-- generated: NAME -->` and `<!-- end -->`; NAME is a key of `tables.BLOCKS`.
With --check nothing is written: the difference is printed and the exit code is 1 when there is one.
"""

import argparse
import difflib
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from document_tables import BLOCKS

ROOT = Path(__file__).resolve().parents[1]
MARKED = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


class UnknownBlock(Exception):
    """A document asks for a table that nobody makes."""


def documents(root: Path) -> list[Path]:
    """Every markdown file that may hold a table."""
    return sorted([*root.glob("*.md"), *root.glob("docs/**/*.md")])


def renewed(text: str, name: str, made: dict[str, str]) -> str:
    """The document with fresh tables; `made` keeps each for the next document."""

    def fresh(found: "re.Match[str]") -> str:
        block = found[2]
        if block not in BLOCKS:
            raise UnknownBlock(f"{name}: there is no table {block!r}; there are {', '.join(BLOCKS)}")
        if block not in made:
            made[block] = BLOCKS[block]()
        return f"{found[1]}\n{made[block]}\n\n{found[3]}"

    return MARKED.sub(fresh, text)


def difference(name: str, before: str, after: str) -> str:
    """A unified diff from what stands to what the code says; empty when they agree."""
    lines = difflib.unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), name, f"new {name}")
    return "".join(lines)


def outdated(root: Path) -> Mapping[Path, tuple[str, str]]:
    """The documents that differ from the code: their text now, and as it ought to be."""
    made: dict[str, str] = {}
    texts = {path: path.read_text("utf-8") for path in documents(root)}
    wanted = {path: renewed(text, path.name, made) for path, text in texts.items()}
    return {path: (texts[path], wanted[path]) for path in texts if texts[path] != wanted[path]}


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """Run the command; 0 when the documents are as they ought to be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail when something would change")
    check: bool = parser.parse_args(arguments).check
    try:
        changes = outdated(root)
    except UnknownBlock as unknown:
        sys.stderr.write(f"generate: {unknown}\n")
        return 1
    for path, (before, after) in changes.items():
        name = str(path.relative_to(root))
        if check:
            sys.stdout.write(difference(name, before, after))
        else:
            path.write_text(after, "utf-8")
            sys.stdout.write(f"{name}\n")
    return 1 if check and changes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
