"""schemathesis asks everything that the description of /auth/v1 allows and forbids."""

import asyncio
import sys
from pathlib import Path

import pytest

from support.auth_door import auth_door
from support.listening import listening

PROGRAM = Path(sys.executable).with_name("schemathesis")
SECONDS = 120
# A well-formed password is still a wrong one.
NOT_CHECKED = "positive_data_acceptance"


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 30)
async def test_every_answer_is_declared(tmp_path: Path) -> None:
    """0 server errors, 0 undeclared answers: status, media type, headers and form of each reply are described."""
    async with auth_door() as door, listening(door.app) as address:
        asked = await asyncio.create_subprocess_exec(
            PROGRAM, "run", f"http://{address}/openapi.json", "--checks", "all", "--exclude-checks", NOT_CHECKED,
            "--max-examples", "15", "--phases", "coverage,fuzzing", "--seed", "5", "--no-color",
            "--continue-on-failure", cwd=tmp_path, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            said, _ = await asyncio.wait_for(asked.communicate(), SECONDS)
        finally:
            if asked.returncode is None:
                asked.kill()
                await asked.wait()
    assert asked.returncode == 0, said.decode()[-6000:]
