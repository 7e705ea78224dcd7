"""What is answered about code, in the shape that models are asked for as JSON; the API has its own names for some."""

from collections.abc import Sequence
from dataclasses import dataclass, field

# Code in these is a module: it exports what others use.
LANGUAGES_OF_MODULES = frozenset({"typescript", "ts", "tsx", "javascript", "js", "jsx"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One thing to mend: `line` from 1, 0 for the whole; `code` what stands there or should; `confidence` 0 to 1.

    `type`: bug, improvement, optimization, refactoring, documentation or security; `category`: correctness,
    performance, security, readability, maintainability, testing or style; `severity`: error, warning or info.
    """

    id: str = ""
    title: str = ""
    description: str = ""
    type: str = "improvement"
    category: str = "maintainability"
    severity: str = "info"
    line: int = 0
    code: str = ""
    confidence: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMetrics:
    """Lines that are neither blank nor only comment; decisions plus one; 0 (hard to keep) to 100 (easy).

    None where nobody has measured.
    """

    lines_of_code: int | None = None
    cyclomatic_complexity: int | None = None
    maintainability_index: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What is to be said of a piece of code; `complexity` is low, medium, high or "" where nobody knows."""

    suggestions: Sequence[Suggestion] = ()
    patterns: Sequence[str] = ()
    complexity: str = ""
    metrics: CodeMetrics = field(default_factory=CodeMetrics)
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """Text to insert at the cursor."""

    text: str
    confidence: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Completions:
    """What may come next, likeliest first."""

    suggestions: Sequence[Completion] = ()
