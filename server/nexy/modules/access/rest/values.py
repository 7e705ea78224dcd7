"""The parameters of one statement."""

from collections.abc import Sequence


class Values:
    """Everything that came from outside, in the order of the numbers by which a statement names it."""

    def __init__(self) -> None:
        self.all: list[object] = []

    def text(self, value: str, type_sql: str = "") -> str:
        """A value that PostgreSQL itself reads as this type."""
        return f"{self._place(value)}::text{f'::{type_sql}' if type_sql else ''}"

    def texts(self, values: Sequence[str], type_sql: str) -> str:
        """Values that PostgreSQL itself reads as an array of this type."""
        return f"{self._place(list(values))}::text[]::{type_sql}[]"

    def number(self, value: int) -> str:
        """A whole number."""
        return f"{self._place(value)}::bigint"

    def _place(self, value: object) -> str:
        self.all.append(value)
        return f"${len(self.all)}"
