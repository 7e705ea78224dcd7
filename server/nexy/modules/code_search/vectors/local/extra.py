"""The libraries that run models are an extra of the installation."""

from collections.abc import Iterator
from contextlib import contextmanager

from nexy.modules.code_search.vectors.embedder import VectorsUnavailable


@contextmanager
def needs_vectors_extra() -> Iterator[None]:
    """Turn a missing library into `VectorsUnavailable` that says how to install it."""
    try:
        yield
    except ImportError as problem:
        raise VectorsUnavailable(f"needs {problem.name}; pip install nexy-server[vectors]") from problem
