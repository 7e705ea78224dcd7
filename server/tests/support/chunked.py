"""Code in pieces, for tests of what becomes of it."""

from collections.abc import Mapping, Sequence
from textwrap import dedent

from nexy.config.code_search_section import CodeChunkingConfig
from nexy.modules.code_search.chunking.chunk_file import chunk_file
from nexy.modules.code_search.model import Chunk, ChunkedFile


def cut(code: str, language: str = "python", config: CodeChunkingConfig | None = None) -> ChunkedFile:
    """A piece of code with the blanks that its test indents it by taken away."""
    return chunk_file("a.code", dedent(code).lstrip("\n"), language, config or CodeChunkingConfig())


def named(file: ChunkedFile) -> Mapping[str, Chunk]:
    """What is defined, by its symbol."""
    return {chunk.symbol: chunk for chunk in file.chunks if chunk.name}


def kinds(file: ChunkedFile) -> Sequence[str]:
    """Each piece as "kind symbol"."""
    return [f"{chunk.kind} {chunk.symbol}".strip() for chunk in file.chunks]


def assert_covered(text: str, file: ChunkedFile) -> None:
    """Every line with something in it is in exactly one piece, and pieces hold what stands in their lines."""
    lines = text.split("\n")
    seen: list[int] = []
    for chunk in file.chunks:
        assert chunk.content == "\n".join(lines[chunk.start_line - 1 : chunk.end_line])
        seen.extend(range(chunk.start_line, chunk.end_line + 1))
    assert seen == sorted(set(seen))
    assert {number for number, line in enumerate(lines, 1) if line.strip()} <= set(seen)
