"""tree-sitter's grammars with what is asked of each tree."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from nexy.contracts.errors import Unavailable
from nexy.utils import grammars

if TYPE_CHECKING:
    from tree_sitter import Language, Query

_PACKAGE: Final = "nexy.modules.code_search.chunking.queries"
_HEADING: Final = re.compile(r"^; (definitions|mentions|wrapped)$", re.MULTILINE)
# The files of queries of a language that does not just have one of its own name.
_QUERIES: Final = {
    "javascript": ("script", "javascript"),
    "typescript": ("script", "typescript"),
    "tsx": ("script", "typescript", "tsx"),
    "cpp": ("c", "cpp"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """One language: `definitions` finds what is defined with its name, `mentions` comments, calls and imports,
    and what is assigned at the top level.

    `wrapped` finds definitions inside of macros, which the grammar shows as tokens only.
    """

    language: "Language"
    definitions: "Query"
    mentions: "Query"
    wrapped: "Query | None" = None


@cache
def grammar_of(language: str) -> Grammar | None:
    """The grammar, None for a language that is cut as plain text; raises `Unavailable` where its wheel is missing."""
    if language not in grammars.WITH_GRAMMAR:
        return None
    grammar = grammars.grammar_of(language)
    if grammar is None:
        raise Unavailable(
            f"search over code needs tree-sitter's grammar of {language}: pip install 'nexy-server[code]'",
            code="code_extra_missing",
        )
    return _with_queries(language, grammar)


def _with_queries(language: str, grammar: "Language") -> Grammar:
    from tree_sitter import Query

    asked = _asked(_QUERIES.get(language, (language,)))
    return Grammar(
        language=grammar,
        definitions=Query(grammar, asked["definitions"]),
        mentions=Query(grammar, asked["mentions"]),
        wrapped=Query(grammar, asked["wrapped"]) if "wrapped" in asked else None,
    )


def _asked(names: tuple[str, ...]) -> Mapping[str, str]:
    """The queries of a language by name: each file has a part of each, below its heading."""
    asked: dict[str, str] = defaultdict(str)
    for name in names:
        parts = _HEADING.split((files(_PACKAGE) / f"{name}.scm").read_text(encoding="utf-8"))
        for heading, part in zip(parts[1::2], parts[2::2], strict=True):
            asked[heading] += part
    return asked
