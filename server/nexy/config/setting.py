"""How one key of a section is declared; apart from the sections, so that each can have a file of its own."""

from dataclasses import field
from typing import Any


def setting(
    default: Any,  # noqa: ANN401  the type is the field's own
    env: str = "",
    *,
    secret: bool = False,
    at_least: float | None = None,
    at_most: float | None = None,
    one_of: tuple[Any, ...] = (),
    derived: bool = False,
) -> Any:  # noqa: ANN401
    """One key: its default, environment variable, whether it is masked when shown, and what it may hold.

    A derived key is worked out at start; nobody can set it. Secrets are left out of a section's representation.
    """
    about = {"env": env, "secret": secret, "at_least": at_least, "at_most": at_most, "one_of": one_of}
    return field(default=default, repr=not secret, metadata=about | {"derived": derived})


def port(default: int, env: str) -> Any:  # noqa: ANN401
    """A TCP port; 0 lets the system choose one."""
    return setting(default, env, at_least=0, at_most=65535)
