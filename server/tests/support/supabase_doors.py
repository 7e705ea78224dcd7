"""A real server as the Supabase clients are pointed at it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from support.nexy_process import LASTING, nexy
from support.nexy_thread import served
from support.postgres import open_home

PASSWORD = "a long password"
# Suites sign in more often than a person may, each time for the price of a quick hash, and a used refresh token that
# comes back must not be forgiven.
SETTINGS = """
access:
  tokens: {reuse_seconds: 0}
  passwords: {tries_per_minute: 100000, burst: 100000, passes: 1, memory_kib: 8192, lanes: 1}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where the clients find everything, and the key that they carry in the open."""

    url: str
    api_url: str
    anon_key: str


@contextmanager
def supabase_doors() -> Iterator[Served]:
    """A server with a database of its own; it has ended afterwards."""
    home = open_home()
    (home / "config.yaml").write_text(SETTINGS, encoding="utf-8")
    with served(home, **LASTING) as server:
        shown = asyncio.run(nexy(home, "keys", "anon", **LASTING))
        assert shown.code == 0, shown.err
        yield Served(
            url=f"http://{server.doors['supabase']}",
            api_url=f"http://{server.doors['api']}",
            anon_key=shown.out.strip(),
        )
