"""Where a long piece is cut: between lines, where there is most air."""

from collections.abc import Iterator

from nexy.config.code_search_section import CodeChunkingConfig
from nexy.modules.code_search.chunking.lines import Lines


def cuts(lines: Lines, first: int, last: int, config: CodeChunkingConfig) -> Iterator[tuple[int, int]]:
    """Pieces of the rows from `first` to `last`, each within the bounds unless one line alone is longer."""
    while first <= last:
        end = _end_within(lines, first, last, config)
        if end < last:
            end = _best_end(lines, first, end)
        yield first, end
        first = end + 1


def _end_within(lines: Lines, first: int, last: int, config: CodeChunkingConfig) -> int:
    end = min(last, first + config.max_lines - 1)
    most = lines.starts[first] + config.max_characters
    while end > first and lines.starts[end + 1] - 1 > most:
        end -= 1
    return end


def _best_end(lines: Lines, first: int, end: int) -> int:
    """The row in the second half after which the least indented line begins, at best after a blank one."""
    best, least = end, _openness(lines, end)
    for row in range(end - 1, (first + end) // 2, -1):
        if (openness := _openness(lines, row)) < least:
            best, least = row, openness
    return best


def _openness(lines: Lines, row: int) -> tuple[bool, int]:
    following = lines.rows[row + 1]
    return not lines.is_blank(row), len(following) - len(following.lstrip())
