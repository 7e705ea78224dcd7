"""How long work tells how far it is."""

from collections.abc import Callable

Told = Callable[[str, float], None]
"""Called with the name of the step (`backup.step_<name>` in the catalogue) and the share of it that is done, 0 to 1."""


def silent(step: str, share: float) -> None:
    """For those who do not watch."""
