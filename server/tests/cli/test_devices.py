"""`nexy devices` on a real database, with and without a running server."""

import json
import signal
import stat
from pathlib import Path

import pytest

from nexy.modules.database.module import DatabaseModule
from nexy_client import CallFailed, VoiceClient
from support.devices import ANNA, person
from support.nexy_process import LASTING, Finished, nexy, nexy_serve
from support.peers import FakePeers
from support.postgres import embedded_section, open_home

pytestmark = pytest.mark.slow
QUICK = {**LASTING, "ACCESS_DEVICES": "optional"}


async def told(home: Path, *arguments: str, **more: str) -> Finished:
    return await nexy(home, *arguments, **{**QUICK, **more})


async def asked_to_recall(home: Path) -> str:
    return (await told(home, "talk", "--quiet", "What do you remember about me?")).out


async def home_with_anna() -> Path:
    """A home with an account."""
    home = open_home()
    module = DatabaseModule()
    await module.initialize(embedded_section(home), FakePeers())
    try:
        await person(module)
    finally:
        await module.cleanup()
    return home


async def test_without_a_server(tmp_path: Path) -> None:
    """This machine is paired, seen, still remembers, and is revoked; the token lies in a file of its owner alone."""
    home = await home_with_anna()
    none = await told(home, "devices", "list")
    assert none.out.splitlines()[0] == "No device is paired. Pair this machine: nexy devices pair EMAIL"
    assert (await told(home, "talk", "--quiet", "My name is Anna.")).code == 0
    paired = await told(home, "devices", "pair", ANNA, "--name", "Desk")
    assert (paired.code, paired.err) == (0, "")
    kept = home / "device.token"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    token = kept.read_text(encoding="utf-8").strip()
    assert token.startswith("nexy_device_")
    assert token not in paired.out
    again = await told(home, "devices", "pair", ANNA)
    assert "(Desk)" in again.out
    assert "Name: Anna." in await asked_to_recall(home)
    shown = await told(home, "devices", "list")
    assert all(word in shown.out for word in ("Desk", ANNA, "paired", "access.devices: optional"))
    (device,) = json.loads((await told(home, "devices", "list", "--json", "--email", ANNA)).out)["devices"]
    assert (device["name"], device["revoked"]) == ("Desk", False)
    assert device["hardware_hash"][:12] in shown.out
    revoked = await told(home, "devices", "revoke", device["hardware_hash"][:6])
    assert (revoked.code, "is refused from now on" in revoked.out) == (0, True)
    assert "revoked" in (await told(home, "devices", "list")).out


async def test_another_device_gets_its_token_once(tmp_path: Path) -> None:
    """Printed and kept nowhere; each pairing gives another one."""
    home = await home_with_anna()
    first = await told(home, "devices", "pair", ANNA, "--hardware-id", "kitchen-7", "--name", "[b]Kitchen[/b]")
    second = await told(home, "devices", "pair", ANNA, "--hardware-id", "kitchen-7", "--json")
    assert "nexy_device_" in first.out
    assert "[b]Kitchen[/b]" in first.out
    token = json.loads(second.out)["token"]
    assert token.startswith("nexy_device_")
    assert token not in first.out
    assert json.loads(second.out)["devices"][0]["last_seen"] is None
    assert "not yet" in (await told(home, "devices", "list")).out
    assert not (home / "device.token").exists()
    files = [path for path in home.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]
    assert files == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("pair", "nobody@example.com"), "no account has this address"),
        (("pair", ANNA, "--hardware-id", "key:1"), "not the id of a device"),
        (("pair", ANNA, "--name", "x" * 61), "at most 60"),
        (("pair", ANNA, "--hardware-id", ""), "a hardware id has 1 to 128 characters"),
        (("list", "--email", "nobody@example.com"), "no account has this address"),
        (("revoke", "0000"), "no paired device has this id"),
        (("revoke", "%"), "the beginning of an id"),
    ],
)
async def test_what_cannot_be_meant_is_said_in_one_line(arguments: tuple[str, ...], complaint: str) -> None:
    """Exit code 1 and no traceback; a token file appears only with a pairing."""
    home = await home_with_anna()
    refused = await told(home, "devices", *arguments)
    assert (refused.code, refused.out) == (1, "")
    assert complaint in refused.err
    assert len(refused.err.splitlines()) == 1
    assert not (home / "device.token").exists()


async def test_in_russian() -> None:
    """Sentences, table and help."""
    home = await home_with_anna()
    russian = {"LANG": "ru_RU.UTF-8"}
    paired = await told(home, "devices", "pair", ANNA, "--name", "Кухня", **russian)
    assert "Привязано" in paired.out
    shown = await told(home, "devices", "list", **russian)
    assert all(word in shown.out for word in ("устройство", "Кухня", "привязано", "состояние"))
    assert "привязать" in (await told(home, "devices", "--help", **russian)).out
    assert "это не начало идентификатора" in (await told(home, "devices", "revoke", "zzzz", **russian)).err


async def test_a_running_server_follows(tmp_path: Path) -> None:
    """Memory comes along at once, a thief with the id is refused within a look, and `nexy talk` shows its token."""
    home = await home_with_anna()
    async with nexy_serve(home, **QUICK) as server:
        assert (await told(home, "talk", "--quiet", "My name is Anna.")).code == 0
        assert "Name: Anna." in await asked_to_recall(home)
        stolen = (home / "hardware_id").read_text(encoding="utf-8").strip()
        assert (await told(home, "devices", "pair", ANNA)).code == 0
        await until_refused(server.doors["grpc"], stolen)
        assert "Name: Anna." in await asked_to_recall(home)
        listed = json.loads((await told(home, "devices", "list", "--json")).out)["devices"]
        assert (await told(home, "devices", "revoke", listed[0]["hardware_hash"])).code == 0
        token = (home / "device.token").read_text(encoding="utf-8").strip()
        await until_refused(server.doors["grpc"], stolen, token, "PERMISSION_DENIED")
        refused = await told(home, "talk", "--quiet", "hello")
        assert (refused.code, "revoked" in refused.err, "None" in refused.err) == (1, True, False)
        listed = await told(home, "devices", "list", ACCESS_DEVICES="required")
        assert "(access.devices: optional)" in listed.out
        assert await server.stopped_by(signal.SIGTERM) == 0


async def test_a_token_stays_with_its_own_server() -> None:
    """Another server is spoken to without it, and gets what was given for it; its refusals say what to do."""
    first, second = await home_with_anna(), await home_with_anna()
    assert (await told(first, "devices", "pair", ANNA)).code == 0
    device = (first / "hardware_id").read_text(encoding="utf-8")
    async with nexy_serve(second, **QUICK) as server:
        there = ("talk", "--quiet", "hello", "--server", server.doors["grpc"])
        assert (await told(first, *there)).code == 0
        sent = await told(first, *there, "--token-file", "device.token")
        assert (sent.code, "nexy devices pair EMAIL" in sent.err) == (1, True)
        paired = json.loads((await told(second, "devices", "pair", ANNA, "--hardware-id", device, "--json")).out)
        (first / "given").write_text(paired["token"], encoding="utf-8")
        await until_refused(server.doors["grpc"], device)
        russian = await told(first, *there, LANG="ru_RU.UTF-8")
        assert (russian.code, "это устройство привязано" in russian.err) == (1, True)
        assert (await told(first, *there, "--token-file", "given")).code == 0
        assert await server.stopped_by(signal.SIGTERM) == 0


async def until_refused(address: str, device: str, token: str = "", status: str = "UNAUTHENTICATED") -> None:
    """Ask again and again until the server has looked; a bound for the time it may take is the test's own."""
    async with VoiceClient(address, hardware_id=device, token=token) as client:
        asked = (await how_it_ends(client) for _ in range(1000))
        said = await anext((ended async for ended in asked if ended), "")
    assert said == status


async def how_it_ends(client: VoiceClient) -> str:
    """The status of a refusal, empty where there is none."""
    try:
        assert [event async for event in client.turn("hello")]
    except CallFailed as refused:
        return refused.status
    return ""
