"""tree-sitter's grammars, where they are installed."""

from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tree_sitter import Language

WITH_GRAMMAR: Final = frozenset(("python", "typescript", "tsx", "javascript", "go", "rust", "java", "c", "cpp"))


def _wheel(language: str) -> object:
    """The grammar as its wheel gives it; the wheels are an extra, so each is imported when it is wanted."""
    match language:
        case "python":
            from tree_sitter_python import language as given
        case "typescript":
            from tree_sitter_typescript import language_typescript as given
        case "tsx":
            from tree_sitter_typescript import language_tsx as given
        case "javascript":
            from tree_sitter_javascript import language as given
        case "go":
            from tree_sitter_go import language as given
        case "rust":
            from tree_sitter_rust import language as given
        case "java":
            from tree_sitter_java import language as given
        case "c":
            from tree_sitter_c import language as given
        case "cpp":
            from tree_sitter_cpp import language as given
        case _:
            return None
    return given()


@cache
def grammar_of(language: str) -> "Language | None":
    """The grammar; None for a language that is not `WITH_GRAMMAR`, and where its wheel is not installed."""
    try:
        from tree_sitter import Language

        given = _wheel(language)
    except ImportError:
        return None
    return None if given is None else Language(given)
