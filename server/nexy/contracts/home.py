"""The folder of all state, where it cannot be used."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nexy.contracts.errors import ConfigurationInvalid


@contextmanager
def using_home(home: Path) -> Iterator[None]:
    """Touch files below `home`; what the system refuses becomes one line, `ConfigurationInvalid` with field home."""
    try:
        yield
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        message = f"NEXY_HOME: cannot use {home}: {reason}"
        raise ConfigurationInvalid(message, code="home_unusable", field="home") from problem
