"""The operator checks as programs: what a shell sees."""

import asyncio
import json
import sys
from pathlib import Path

import operator_checks
import pytest
from operator_checks import Target

from nexy_client.testing import steps
from nexy_client.testing.scripted_voice import ScriptedVoice
from support.scripted_web import ScriptedWeb, good_pages, serve_web

SCRIPTS_FOLDER = Path(operator_checks.__file__).parent
VOICE_PROGRAMS = ["grpc_smoke.py", "test_welcome_audio.py", "test_full_pipeline_e2e.py", "test_full_chain_client.py"]

pytestmark = pytest.mark.slow


async def shell(name: str, *arguments: str) -> tuple[int, str]:
    """Exit code and output of one program."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(SCRIPTS_FOLDER / name), *arguments, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode is not None
    return process.returncode, printed.decode()


@pytest.mark.parametrize("name", VOICE_PROGRAMS)
async def test_a_voice_check_exits_with_what_it_found(name: str, voice: ScriptedVoice, target: Target) -> None:
    """Exit 0 with a good server and 1 with a bad one, by HOST PORT and by options."""
    code, printed = await shell(name, target.host, str(target.port))
    assert (code, "❌" in printed) == (0, False), printed
    voice.turn = lambda _request, _metadata: [steps.text("no sound"), steps.end()]
    voice.welcome = lambda _request: [steps.greeting_end()]
    code, printed = await shell(name, "--host", target.host, "--port", str(target.port))
    assert (code, "❌" in printed) == (1, True), printed


async def test_json_is_one_object(target: Target) -> None:
    """With --json a program can read the outcome."""
    code, printed = await shell("grpc_smoke.py", target.host, str(target.port), "--json")
    found = json.loads(printed)
    assert (code, found["ok"]) == (0, True)
    assert [check["result"] for check in found["checks"]] == ["passed"] * 3


async def test_the_health_check_exits_with_what_it_found() -> None:
    """Exit 0 with a good server, 1 with none."""
    with serve_web(ScriptedWeb(good_pages())) as port:
        code, printed = await shell("check_grpc_health.py", "127.0.0.1", str(port), "--grpc-port", "1")
        assert code == 0, printed
    code, printed = await shell("check_grpc_health.py", "127.0.0.1", "1", "--grpc-port", "1")
    assert code == 1, printed


@pytest.mark.parametrize("name", [*VOICE_PROGRAMS, "check_grpc_health.py", "run_all_tests.py"])
async def test_help_names_the_arguments(name: str) -> None:
    """Every program explains itself."""
    code, printed = await shell(name, "--help")
    assert code == 0
    assert "HOST PORT" in printed
    assert "--host" in printed
