"""What a generation gives."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Code in a language, and what is to be said of it, in sentences."""

    code: str
    language: str
    notes: tuple[str, ...] = ()
