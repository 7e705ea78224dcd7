"""The documents' own installation line, in an empty environment."""

import asyncio
import sys
from pathlib import Path

import pytest

import nexy

ROOT = Path(nexy.__file__).parent.parent.parent
pytestmark = pytest.mark.system


async def run(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()[-2000:]
    return out.decode()


@pytest.mark.timeout(600)
async def test_the_requirements_file_installs_a_working_server(tmp_path: Path) -> None:
    """`pip install -r server/requirements.txt` from the top of the checkout gives a command that starts."""
    python = tmp_path / "venv" / "bin" / "python"
    await run(sys.executable, "-m", "venv", str(tmp_path / "venv"))
    await run(
        str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "server/requirements.txt"
    )
    assert (await run(str(python.with_name("nexy")), "--version")).startswith("nexy ")
    probe = "import nexy.application, nexy_client, nexy_protocol.streaming_pb2_grpc"
    await run(str(python), "-c", probe)
