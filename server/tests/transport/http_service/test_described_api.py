"""schemathesis asks everything that the OpenAPI document describes, in every way that it allows and forbids."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.door_thread import door_in_a_thread

PROGRAM = Path(sys.executable).with_name("schemathesis")
EXAMPLES = "30"
SECONDS = 200


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 40)
def test_every_answer_is_declared(tmp_path: Path) -> None:
    """0 server errors, 0 undeclared answers: status, media type, headers and form of each reply are described.

    Every check of schemathesis is on: what the description allows is taken, what it forbids is refused.
    """
    with door_in_a_thread() as address:
        asked = subprocess.run(
            [PROGRAM, "run", f"http://{address}/openapi.json", "--checks", "all", "--max-examples", EXAMPLES,
             "--phases", "examples,coverage,fuzzing", "--seed", "5", "--no-color", "--continue-on-failure"],
            cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    assert asked.returncode == 0, asked.stdout[-6000:] + asked.stderr[-2000:]
