"""What a server says of keys that another process has changed."""

import logging
from pathlib import Path

import pytest

from nexy.config.access_section import TokensConfig
from nexy.contracts.request import RequestHandlers
from nexy.contracts.signing_keys import AnonymousToken, RotateKeys
from nexy.modules.access.tokens.held_keys import HeldKeys
from nexy.modules.access.tokens.key_file import KeyFile
from nexy.modules.access.tokens.making import TokenMaker
from support.clock import FakeClock


async def test_a_rotation_by_a_command_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """By whoever finds another key than it had; first keys and an open token are no rotation."""
    clock, handlers = FakeClock(), RequestHandlers()
    server, command = HeldKeys(KeyFile(tmp_path), clock), HeldKeys(KeyFile(tmp_path), clock)
    TokenMaker(TokensConfig(), command, clock).register(handlers)
    caplog.set_level(logging.INFO, "nexy.access")
    await server.newest()
    await handlers.answer(AnonymousToken())
    await server.newest()
    assert not caplog.records
    for at_once in (False, True):
        kid = await handlers.answer(RotateKeys(at_once=at_once))
        caplog.clear()
        await server.newest()
        await server.newest()
        (line,) = caplog.records
        assert (line.levelname, vars(line)["decision"]) == ("WARNING", "complete")
        assert vars(line)["ctx"] == {"event": "keys_rotated", "kid": kid, "at_once": at_once}
