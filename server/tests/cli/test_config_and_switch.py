"""`nexy config`, `nexy switch` and `nexy status`."""

import json
from pathlib import Path

import pytest

from support.nexy_process import nexy, nexy_serve

pytestmark = pytest.mark.slow


async def test_every_value_is_shown_with_its_origin_and_secrets_are_masked(tmp_path: Path) -> None:
    """The environment, the home's files and the packaged values are told apart; a key never appears."""
    (tmp_path / "config.yaml").write_text("audio_generation:\n  workers: 1\n", encoding="utf-8")
    shown = await nexy(tmp_path, "config", "show", "--json", OPENAI_API_KEY="sk-canary-0123456789abcdef")
    assert shown.code == 0
    rows = {row["key"]: row for row in json.loads(shown.out)}
    assert rows["grpc.port"] == {"key": "grpc.port", "value": "0", "origin": "environment GRPC_PORT"}
    assert "config.yaml" in rows["audio_generation.workers"]["origin"]
    assert "OPENAI_API_KEY" in rows["ai_router.openai.api_key"]["origin"]
    assert "canary" not in shown.out
    table = await nexy(tmp_path, "config", "show", "grpc")
    assert "grpc.port" in table.out
    assert "http.port" not in table.out
    assert "\x1b[" not in table.out


async def test_an_unknown_prefix_is_told(tmp_path: Path) -> None:
    """Exit code 1 and the prefix in the message."""
    shown = await nexy(tmp_path, "config", "show", "moon")
    assert (shown.code, "moon" in shown.out) == (1, True)


@pytest.mark.parametrize(
    ("line", "key"), [("GRPC_PORT=x", "grpc.port"), ("BACKPRESSURE_MAX_STREAM=3", "BACKPRESSURE_MAX_STREAMS")]
)
async def test_a_wrong_value_is_one_message(tmp_path: Path, line: str, key: str) -> None:
    """Exit code 1, the key, no traceback."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "config.env").write_text(line, encoding="utf-8")
    shown = await nexy(tmp_path, "config", "show", "--home", "elsewhere", GRPC_PORT="")
    assert shown.code == 1
    assert key in shown.err
    assert len(shown.err.splitlines()) == 1


async def test_a_flag_is_an_origin_above_the_environment(tmp_path: Path) -> None:
    """`--set` and `--home` are shown as what they are; the last of two stands."""
    flags = ("--set", "grpc.port=1", "--set", "grpc.port=50052", "--home", "elsewhere")
    shown = await nexy(tmp_path, "config", "show", "--json", *flags, GRPC_PORT="7")
    rows = {row["key"]: row for row in json.loads(shown.out)}
    assert rows["grpc.port"] == {"key": "grpc.port", "value": "50052", "origin": "flag"}
    assert rows["home"] == {"key": "home", "value": json.dumps(str(tmp_path / "elsewhere")), "origin": "flag"}


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("grpc.prot=1", "did you mean grpc.port?"),
        ("grpc.port=many", "grpc.port: "),
        ("grpc.port", "--set grpc.port: KEY=VALUE is expected"),
        ("home=/x", "--home"),
    ],
)
async def test_a_wrong_flag_is_one_line(tmp_path: Path, setting: str, told: str) -> None:
    """Flags are checked like every other place, and the line says what was meant."""
    shown = await nexy(tmp_path, "config", "show", "--set", setting)
    assert shown.code == 1
    (line,) = shown.err.splitlines()
    assert told in line


@pytest.mark.parametrize("arguments", [("talk", "hello", "--quiet"), ("switch", "messages", "on"), ("serve",)])
async def test_a_home_that_cannot_be_used_is_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Where no folder can be made, every command that writes says which variable to mend and why."""
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/nexy")):
        ended = await nexy(tmp_path, *arguments, NEXY_HOME=str(home))
        (line,) = [line for line in ended.err.splitlines() if not line.startswith("ts=")]
        assert ended.code == 1
        assert f"NEXY_HOME: cannot use {home}: " in line


async def test_values_are_shown_as_they_are(tmp_path: Path) -> None:
    """Brackets in a value or in a path are text, neither markup nor an error."""
    home = tmp_path / "x" / "[/x]"
    greeting = "[/nope] [red]hi[/red] :smile:"
    shown = await nexy(tmp_path, "config", "show", NEXY_HOME=str(home), WELCOME_TEXT=greeting, COLUMNS="500")
    assert shown.code == 0
    assert str(home) in shown.out
    assert greeting in shown.out


async def test_a_switch_changes_the_next_turn_without_a_restart(tmp_path: Path) -> None:
    """Within a second the running server refuses, and after `default` it answers again."""
    async with nexy_serve(tmp_path) as server:
        switched = await nexy(tmp_path, "switch", "disable_module_coordinator", "on")
        assert switched.out.strip() == "kill_switches.disable_module_coordinator  on"
        assert await answer_follows(tmp_path, ended_well=False)
        status = await nexy(tmp_path, "status", "--json")
        told = json.loads(status.out)
        assert told["switched_off"] == ["disable_module_coordinator"]
        assert told["pid"] == server.process.pid
        await nexy(tmp_path, "switch", "disable_module_coordinator", "default")
        assert await answer_follows(tmp_path, ended_well=True)


async def answer_follows(home: Path, *, ended_well: bool) -> bool:
    """Whether within a few tries the server answers as wanted: it looks at the file twice a second."""
    for _ in range(5):
        asked = await nexy(home, "talk", "hello", "--quiet")
        if (asked.code == 0) is ended_well:
            return True
    return False


async def test_an_unknown_switch_names_a_near_one(tmp_path: Path) -> None:
    """A misspelt key is refused with the right one; nothing is written."""
    switched = await nexy(tmp_path, "switch", "features.message", "off")
    assert switched.code == 1
    assert "features.messages" in switched.err
    assert not (tmp_path / "switches.yaml").exists()


async def test_switches_are_kept_for_the_next_start(tmp_path: Path) -> None:
    """Without a server the file is written, and the person is told."""
    switched = await nexy(tmp_path, "switch", "features.messages", "off")
    assert switched.code == 0
    assert "no server runs" in switched.out
    shown = json.loads((await nexy(tmp_path, "config", "show", "features.messages", "--json")).out)
    assert shown == [{"key": "features.messages", "value": "false", "origin": "switches.yaml"}]


async def test_status_without_a_server(tmp_path: Path) -> None:
    """Exit code 1 and how to start one."""
    status = await nexy(tmp_path, "status")
    assert (status.code, "nexy serve" in status.out) == (1, True)
