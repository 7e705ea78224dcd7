"""The published `supabase` package, pointed at Nexy by address and key alone."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import uuid4

import pytest
from supabase import Client, create_client
from supabase.lib.client_options import SyncClientOptions, SyncHttpxClient
from supabase_auth import SyncMemoryStorage

from support.supabase_doors import PASSWORD, Served
from support.supabase_py import NewClient


@contextmanager
def clients(doors: Served) -> Iterator[NewClient]:
    """Makes clients, whose connections are closed in the end."""
    with ExitStack() as opened:

        def make(storage: Any = None, key: str = "") -> Client:
            http = opened.enter_context(SyncHttpxClient(http2=True, follow_redirects=True))
            options = SyncClientOptions(
                storage=storage or SyncMemoryStorage(), auto_refresh_token=False, httpx_client=http
            )
            return create_client(doors.url, key or doors.anon_key, options)

        yield make


@pytest.fixture
def new_client(nexy_doors: Served) -> Iterator[NewClient]:
    """A client of its own, signed out; `storage` is where it keeps its session."""
    with clients(nexy_doors) as make:
        yield make


@pytest.fixture
def person(new_client: NewClient, new_email: str) -> Client:
    """A client that a new person has signed in with."""
    client = new_client()
    client.auth.sign_up({"email": new_email, "password": PASSWORD})
    return client


@pytest.fixture
def somebody_else(new_client: NewClient, new_email: str) -> Client:
    """The same for another person."""
    client = new_client()
    client.auth.sign_up({"email": f"else-{new_email}", "password": PASSWORD})
    return client


# title, language, code; the titles sort as they stand.
SNIPPETS = (
    ("alpha", "python", "a, b"),
    ("beta", "python", None),
    ("delta", "go", "x%y"),
    ("gamma", "rust", 'say "hi"'),
)


@pytest.fixture(scope="module")
def shelf(nexy_doors: Served) -> Iterator[Client]:
    """A person with four snippets, for tests that only read."""
    with clients(nexy_doors) as make:
        client = make()
        client.auth.sign_up({"email": f"reader-{uuid4()}@example.com", "password": PASSWORD})
        rows = [{"title": title, "language": language, "code": code} for title, language, code in SNIPPETS]
        client.table("code_snippets").insert(rows).execute()
        yield client
