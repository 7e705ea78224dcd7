"""The scripts of docs/examples with the Supabase packages do what they say."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.markdown import ROOT
from support.supabase_doors import Served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
EXAMPLES = ROOT / "docs" / "examples"
INSTALLED = (EXAMPLES / "node_modules" / "@supabase" / "supabase-js").is_dir()
SECONDS = 60


def said_by(program: str, script: Path, doors: Served) -> str:
    """What the script printed, the parts that are random cut off."""
    done = subprocess.run(
        [program, script, doors.url], env={**os.environ, "SUPABASE_ANON_KEY": doors.anon_key},
        capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("script", ["supabase_client.py", "supabase_client.mjs"])
def test_without_the_key_a_script_says_so(script: str) -> None:
    """One line that names the variable and the command, and no traceback."""
    program = sys.executable if script.endswith(".py") else shutil.which("node")
    if program is None or not (script.endswith(".py") or INSTALLED):
        pytest.skip("supabase-js is not here")
    without = {name: value for name, value in os.environ.items() if name != "SUPABASE_ANON_KEY"}
    done = subprocess.run(
        [program, EXAMPLES / script], env=without, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 1
    assert done.stderr == "SUPABASE_ANON_KEY is not set: put what `nexy keys anon` prints into it.\n"


def test_the_python_script(nexy_doors: Served) -> None:
    """Ann's rows are hers: Bob sees none and is refused."""
    said = said_by(sys.executable, EXAMPLES / "supabase_client.py", nexy_doors)
    assert "signed in: ann-" in said
    assert "first of 2 snippets: {'title': 'horn', 'language': 'go'}" in said
    assert "in Python: {'title': 'lamp'}" in said
    assert "bob sees: []\nbob is refused: 23503\n" in said
    assert said.endswith("left: ['lamp']\n")


@pytest.mark.skipif(shutil.which("node") is None, reason="supabase-js needs Node 20 or newer")
@pytest.mark.skipif(not INSTALLED, reason="supabase-js is installed by `make setup` where npm is")
def test_the_javascript_script(nexy_doors: Served) -> None:
    """The same in JavaScript, and the claims of the token are verified with the public keys."""
    said = said_by("node", EXAMPLES / "supabase_client.mjs", nexy_doors)
    assert "the token says: authenticated" in said
    assert "first of 2 snippets: { title: 'horn', language: 'go' }" in said
    assert "in Python: { title: 'lamp' }" in said
    assert "bob sees: []\nbob is refused: 23503\n" in said
    assert said.endswith("left: [ 'lamp' ]\n")
