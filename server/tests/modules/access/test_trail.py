"""What the module itself tells in the log, on a real database."""

import logging
from pathlib import Path
from typing import Any

import pytest

from nexy.contracts.accounts import DisableAccount, RefreshSession
from nexy.contracts.api_keys import IssueKey, RevokeKey
from nexy.contracts.devices import PairDevice, RevokeDevice
from nexy.contracts.errors import ValidationFailed
from nexy.modules.database.module import DatabaseModule
from nexy.utils.device_identity import hardware_hash
from support.access import EMAIL, access, signed_up
from support.clock import FakeClock

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "nexy.access")


def told(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [dict(vars(one)["ctx"]) for one in caplog.records if "event" in vars(one).get("ctx", {})]


async def test_a_refresh_token_that_came_back_is_a_warning(
    database: DatabaseModule, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Two hold it: the line names the person and the session, and neither token."""
    clock = FakeClock()
    async with access(tmp_path, clock, database) as module:
        made, caller = await signed_up(module)
        await module.process(RefreshSession(refresh_token=made.refresh_token))
        clock.advance(11)
        for _ in range(2):
            with pytest.raises(ValidationFailed):
                await module.process(RefreshSession(refresh_token=made.refresh_token))
    assert told(caplog) == [{"event": "refresh", "user_id": caller.user_id, "session": caller.session_id}]
    assert {one.levelname for one in caplog.records if "came back" in one.getMessage()} == {"WARNING"}
    assert made.refresh_token not in caplog.text


async def test_what_an_operator_does_is_told_by_the_server(
    database: DatabaseModule, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Commands are other processes on the same database; each of their changes is one line of the server's log."""
    home = tmp_path / "command"
    home.mkdir()
    async with access(tmp_path, FakeClock(), database) as server, access(home, FakeClock(), database) as command:
        _, caller = await signed_up(command)
        key = (await command.process(IssueKey(email=EMAIL, name="editor"))).key
        await server._directory.look()
        await command.process(PairDevice(hardware_id="kitchen-7", email=EMAIL))
        await server._directory.look()
        await command.process(RevokeKey(key=key.key_id))
        await command.process(RevokeDevice(hardware_hash=hardware_hash("kitchen-7")))
        await server._directory.look()
        for disabled in (True, False):
            await command.process(DisableAccount(email=EMAIL, disabled=disabled))
            await server._directory.look()
        caplog_of_server = told(caplog)
    person, device = {"user_id": caller.user_id}, {"hardware_hash": hardware_hash("kitchen-7")}
    expected = [
        {"event": "key_issued", "id": key.key_id, **person},
        {"event": "device_paired", **device, **person},
        {"event": "key_revoked", "id": key.key_id, **person},
        {"event": "device_shut", **device, **person},
        {"event": "account_disabled", **person},
        {"event": "account_enabled", **person},
    ]
    assert [one for one in expected if one not in caplog_of_server] == []
