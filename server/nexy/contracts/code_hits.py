"""A place in indexed code."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One place in the code; lines count from 1, `score` is 0 to 1, `why` says what spoke for it.

    `marks` are the (start, end) offsets in `content` of what the question asked for, in order and apart.
    """

    id: str
    project_id: str
    project: str
    content: str
    score: float
    file_path: str
    language: str
    start_line: int
    end_line: int
    symbol: str
    why: str
    marks: Sequence[tuple[int, int]] = ()
