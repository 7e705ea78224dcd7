"""One real server with its own PostgreSQL for every suite of a foreign client."""

import itertools
from collections.abc import Iterator

import pytest

from support.supabase_doors import Served, supabase_doors

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def nexy_doors() -> Iterator[Served]:
    """The server that the clients are pointed at."""
    with supabase_doors() as doors:
        yield doors


@pytest.fixture
def new_email() -> str:
    """An address that nobody has yet."""
    return f"person{next(_numbers)}@example.com"
