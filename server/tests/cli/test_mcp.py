"""`nexy mcp`: a real client that starts it, and what it says where it cannot start."""

import sys
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from support.nexy_here import here
from support.nexy_process import COMMAND, LASTING, environment, nexy
from support.postgres import open_home
from support.source_tree import plant

SHOP = {
    "cart.py": 'class Cart:\n    def total(self):\n        """The sum of all prices."""\n        return 1\n',
    "login.py": 'def login(name, password):\n    """Check the password of a user."""\n    return verify(name)\n',
}
INITIALIZE = (
    b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},'
    b'"clientInfo":{"name":"test","version":"1"}}}\n'
)


def server(home: Path, *flags: str) -> StdioServerParameters:
    """How a client starts it."""
    return StdioServerParameters(
        command=COMMAND[0], args=[*COMMAND[1:], "mcp", *flags], env=environment(home, **LASTING), cwd=home
    )


@pytest.mark.slow
async def test_session_indexes_searches_explains_and_asks_for_the_status(tmp_path: Path) -> None:
    """What an editor does: everything on one session over standard input and output."""
    home, shop = open_home(), plant(tmp_path / "shop", SHOP)
    seen: list[float] = []

    async def note(progress: float, total: float | None, message: str | None) -> None:
        seen.append(progress)

    async with Client(stdio_client(server(home))) as client:
        indexed = await client.call_tool("index_folder", {"source": str(shop)}, progress_callback=note)
        assert (indexed.structured_content or {})["files"] == 2
        assert len(seen) > 2
        found = await client.call_tool("search_code", {"query": "where is the password checked"})
        assert (found.structured_content or {})["results"][0]["symbol"] == "login"
        told = await client.call_tool("explain_code", {"symbol": "Cart.total"})
        assert (told.structured_content or {})["sources"][0]["file_path"] == "cart.py"
        refused = await client.call_tool("index_folder", {"source": str(tmp_path / "nowhere")})
        assert refused.is_error
        status = await client.call_tool("index_status", {})
        assert [one["project"] for one in (status.structured_content or {})["projects"]] == ["shop"]


@pytest.mark.slow
async def test_nothing_but_the_protocol_is_on_standard_output_and_the_end_of_input_ends_it() -> None:
    """Every line is a message, and the command ends well when its client closes."""
    ended = await nexy(open_home(), "mcp", stdin=INITIALIZE, **LASTING)
    assert ended.code == 0, ended.err
    lines = ended.out.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith('{"jsonrpc":"2.0","id":1,"result"')


@pytest.mark.slow
async def test_unknown_person_is_refused_before_anything_is_served() -> None:
    """One sentence on standard error, nothing for the protocol, exit code 1."""
    ended = await nexy(open_home(), "mcp", "--user", "nobody@example.com", stdin=INITIALIZE, **LASTING)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "nexy: no account has this address; nexy users list shows them all\n"


def test_without_the_sdk_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that was installed without it says how to get it."""
    for name in [name for name in sys.modules if name.startswith("nexy.transport.mcp_service")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    shown = here(tmp_path, "mcp")
    assert shown.code == 1
    assert "pip install 'nexy-server[mcp]'" in shown.err
