"""The published supabase-js, unchanged, against a real server: each case of the .mjs files is one case here."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from support.supabase_doors import Served

HERE = Path(__file__).parent
SECONDS = 240
NODE = shutil.which("node")
INSTALLED = (HERE / "node_modules" / "@supabase" / "supabase-js").is_dir()
_CASE = re.compile(r"^check\('([^']+)'", re.MULTILINE)
_FILTERS = re.compile(r"^const FILTERS = {\n(.*?)^}", re.MULTILINE | re.DOTALL)
_FILTER = re.compile(r"^  (?:'([^']+)'|(\w+)): \[", re.MULTILINE)


def _node_is_new_enough() -> bool:
    if NODE is None:
        return False
    told = subprocess.run([NODE, "--version"], capture_output=True, text=True, check=False).stdout
    return int(told.strip().removeprefix("v").partition(".")[0] or 0) >= 20


def case_names() -> list[str]:
    """Every case that the files name, in their order."""
    found = []
    for name in ("auth", "reading", "writing"):
        text = (HERE / f"{name}.mjs").read_text(encoding="utf-8")
        found += _CASE.findall(text)
        for block in _FILTERS.findall(text):
            found += [f"filter: {quoted or plain}" for quoted, plain in _FILTER.findall(block)]
    return found


NAMES = case_names()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(SECONDS + 60),
    pytest.mark.skipif(not _node_is_new_enough(), reason="supabase-js needs Node 20 or newer"),
    pytest.mark.skipif(not INSTALLED, reason="supabase-js is installed by `make setup` where npm is"),
]


@pytest.fixture(scope="module")
def told(nexy_doors: Served) -> Mapping[str, str]:
    """What is wrong with each case, nothing where it is well."""
    assert NODE is not None
    # Node 20 has the WebSocket that the client asks for only behind this flag; later ones have it anyway.
    done = subprocess.run(
        [NODE, "--experimental-websocket", "main.mjs", nexy_doors.url, nexy_doors.anon_key],
        cwd=HERE, capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["name"]: "" if line["ok"] else line["detail"] for line in lines}


@pytest.mark.parametrize("name", NAMES)
def test_supabase_js(told: Mapping[str, str], name: str) -> None:
    """The client behaves as with its own server."""
    assert told.get(name, "it did not run") == ""


def test_every_case_is_listed(told: Mapping[str, str]) -> None:
    """No case runs without being one here."""
    assert set(told) == set(NAMES)
    assert len(NAMES) == len(set(NAMES))
