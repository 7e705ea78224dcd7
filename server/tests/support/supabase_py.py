"""What the suites of supabase-py share."""

from collections.abc import Callable

from supabase import Client

NewClient = Callable[..., Client]
"""Makes a client that is signed out; it may be given its `storage` and a `key` of its own."""
