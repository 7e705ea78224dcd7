"""A file in pieces."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from nexy.config.code_search_section import CodeChunkingConfig
from nexy.modules.code_search.chunking.cutting import cuts
from nexy.modules.code_search.chunking.definitions import definitions
from nexy.modules.code_search.chunking.grammars import Grammar, grammar_of
from nexy.modules.code_search.chunking.imports import imports
from nexy.modules.code_search.chunking.lines import Lines
from nexy.modules.code_search.chunking.macros import without_macros
from nexy.modules.code_search.chunking.nesting import Nesting, leading_rows
from nexy.modules.code_search.chunking.parsing import matches, mentions, parse
from nexy.modules.code_search.chunking.pieces import Pieces
from nexy.modules.code_search.chunking.plain_text import plain_chunks
from nexy.modules.code_search.chunking.segments import Segment, segments
from nexy.modules.code_search.model import Chunk, ChunkedFile

if TYPE_CHECKING:
    from tree_sitter import Tree

# Macros in macros: each level is a parse.
_MOST_WRAPPED: Final = 2


def chunk_file(path: str, text: str, language: str, config: CodeChunkingConfig) -> ChunkedFile:
    """The pieces of a file in the order of its lines; each line that is not blank is in exactly one of them.

    A language without a grammar is cut as plain text, and so is code that fits its grammar nowhere or takes longer
    than `parse_seconds` of processor time. Raises `Unavailable` where tree-sitter is not installed.
    """
    lines = Lines(text)
    grammar = grammar_of(language)
    tree = None if grammar is None else _tree(grammar, lines.source, config.parse_seconds)
    if grammar is None or tree is None:
        return ChunkedFile(language=language, chunks=plain_chunks(lines, language, config))
    return _chunked(lines, language, grammar, tree, config)


def _tree(grammar: Grammar, source: bytes, seconds: float) -> "Tree | None":
    tree = parse(grammar, source, seconds)
    for _ in range(_MOST_WRAPPED):
        if tree is None or (plain := without_macros(grammar, tree, source)) == source:
            return tree
        source, tree = plain, parse(grammar, plain, seconds) or tree
    return tree


def _chunked(lines: Lines, language: str, grammar: Grammar, tree: "Tree", config: CodeChunkingConfig) -> ChunkedFile:
    found = mentions(grammar.mentions, tree)
    defined = definitions(matches(grammar.definitions, tree), lines)
    owners = Nesting(lines, leading_rows(found, lines), config).choose(defined)
    pieces = Pieces(lines, found)
    parts = segments(owners, lines, config.least_lines)
    chunks = [chunk for segment in parts for chunk in _cut(pieces, lines, segment, config)]
    return ChunkedFile(language=language, chunks=chunks, imports=imports(found.imports, lines))


def _cut(pieces: Pieces, lines: Lines, segment: Segment, config: CodeChunkingConfig) -> Sequence[Chunk]:
    rows = (lines.trimmed(*cut) for cut in cuts(lines, segment.first, segment.last, config))
    return [pieces.chunk(segment, *trimmed) for trimmed in rows if trimmed is not None]
