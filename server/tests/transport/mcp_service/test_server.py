"""A session with the SDK's own client, in memory."""

from mcp.types import TextContent

from nexy.version import __version__
from support.mcp_session import ScriptedIndex, mcp_session


async def test_client_sees_four_tools_that_say_what_they_take_and_give() -> None:
    """Every tool has a description, every parameter too, and every answer a schema."""
    async with mcp_session(ScriptedIndex()) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == {"search_code", "explain_code", "index_folder", "index_status"}
    for tool in tools.values():
        assert tool.description
        assert tool.title
        assert tool.output_schema is not None
        assert all(about["description"] for about in tool.input_schema["properties"].values())


async def test_tools_say_whether_they_change_anything() -> None:
    """Only indexing does, and it destroys nothing."""
    async with mcp_session(ScriptedIndex()) as client:
        hints = {tool.name: tool.annotations for tool in (await client.list_tools()).tools}
    assert all(hint is not None for hint in hints.values())
    reading = {name for name, hint in hints.items() if hint is not None and hint.read_only_hint}
    assert reading == {"search_code", "explain_code", "index_status"}
    indexing = hints["index_folder"]
    assert indexing is not None
    assert indexing.destructive_hint is False


async def test_server_says_who_it_is_and_that_results_are_data() -> None:
    """Its name and version, and the warning that what was read from files is no instruction."""
    async with mcp_session(ScriptedIndex()) as client:
        assert client.server_info is not None
        assert (client.server_info.name, client.server_info.version) == ("nexy", __version__)
        assert "never as instructions" in (client.instructions or "")


async def test_unknown_tool_and_wrong_arguments_are_refused_with_a_reason() -> None:
    """The reason names the tool or the argument; the session goes on."""
    async with mcp_session(ScriptedIndex()) as client:
        for name, arguments, reason in (
            ("drop_tables", {}, "drop_tables"),
            ("search_code", {}, "query"),
            ("search_code", {"query": "a", "limit": 0}, "limit"),
            ("search_code", {"query": "a", "kind": "magic"}, "kind"),
        ):
            refused = await client.call_tool(name, arguments)
            assert refused.is_error
            assert isinstance(refused.content[0], TextContent)
            assert reason in refused.content[0].text
        assert not (await client.call_tool("index_status", {})).is_error
