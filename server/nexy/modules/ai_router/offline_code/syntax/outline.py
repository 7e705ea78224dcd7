"""What functions, classes and imports a piece of code has, whatever its language."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter; `type` and `default` are source text, "" where there is none."""

    name: str
    type: str = ""
    default: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionOutline:
    """A function with a name; `owner` is its class, lines count from 1.

    `complexity` is McCabe's number of the function alone; `deep_line` is the first line that is nested deeper than
    `nesting` of the limit asked for. `calls` and `raises` are source texts, each once, in order.
    """

    name: str
    line: int
    end_line: int
    column: int = 0
    owner: str = ""
    parameters: Sequence[Parameter] = ()
    returns: str = ""
    is_async: bool = False
    public: bool = True
    documented: bool = False
    nested: bool = False
    complexity: int = 1
    nesting: int = 0
    deep_line: int = 0
    branches: int = 0
    loops: int = 0
    calls: Sequence[str] = ()
    raises: Sequence[str] = ()
    gives: Sequence[str] = ()
    generator: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOutline:
    """A class or what the language has instead."""

    name: str
    line: int
    bases: Sequence[str] = ()
    documented: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """All of it; `decisions` counts those outside functions too."""

    functions: Sequence[FunctionOutline] = ()
    classes: Sequence[ClassOutline] = ()
    imports: Sequence[str] = ()
    decisions: int = 0
