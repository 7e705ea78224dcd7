"""The example of CONTRIBUTING works, block by block as it stands there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.markdown import ROOT, Block, blocks_of

_FILE = re.compile(r"file: (\S+)")
_INTO = re.compile(r"into: (\S+), after: (.+)")
BLOCKS = [block for block in blocks_of(ROOT / "CONTRIBUTING.md") if block.marker.startswith(("file: ", "into: "))]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the server with the example added to it."""
    copy = tmp_path_factory.mktemp("example")
    unwanted = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "server" / "nexy", copy / "server" / "nexy", ignore=unwanted)
    shutil.copytree(ROOT / "server" / "tests" / "support", copy / "server" / "tests" / "support", ignore=unwanted)
    for name in ("pyproject.toml", "server/tests/conftest.py"):
        shutil.copy(ROOT / name, copy / name)
    for block in BLOCKS:
        _apply(block, copy)
    return copy


def _apply(block: Block, tree: Path) -> None:
    if new := _FILE.fullmatch(block.marker):
        file = tree / new[1]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text, "utf-8")
        return
    into = _INTO.fullmatch(block.marker)
    assert into is not None, block.marker
    file = tree / into[1]
    lines = file.read_text("utf-8").splitlines(keepends=True)
    found = [number for number, line in enumerate(lines) if into[2] in line]
    assert found, f"{into[1]} has no line with {into[2]}"
    lines.insert(found[0] + 1, block.text)
    file.write_text("".join(lines), "utf-8")


def _run(tree: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(tree / "server"), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(
        (sys.executable, *command), cwd=tree, env=environment, capture_output=True, text=True, timeout=50, check=False
    )


def test_the_example_has_all_five_steps() -> None:
    """Contract, module, registry line, section and tests are all among the blocks."""
    touched = " ".join(block.marker for block in BLOCKS)
    for part in ("contracts/dice.py", "modules/dice/module.py", "module_factory.py", "sections.py", "yaml", "test_"):
        assert part in touched


@pytest.mark.slow
def test_the_example_passes_its_own_tests(tree: Path) -> None:
    """The factory makes the module from the registry line, the coordinator starts it, its requests are answered."""
    done = _run(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "server/tests/modules/dice")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 passed" in done.stdout


@pytest.mark.slow
def test_the_example_is_configured_like_every_part(tree: Path, tmp_path: Path) -> None:
    """The section is read, its variable is known, and a value out of bounds is refused with the key's path."""
    program = (
        "from pathlib import Path\n"
        "from nexy.config.unified_config import load_config\n"
        "from nexy.contracts.errors import ConfigurationInvalid\n"
        "here = Path('nowhere')\n"
        "print(load_config({}, here, here).config.dice.max_sides)\n"
        "print(load_config({'DICE_MAX_SIDES': '7'}, here, here).config.dice.max_sides)\n"
        "try: load_config({'DICE_MAX_SIDES': '1'}, here, here)\n"
        "except ConfigurationInvalid as refused: print(refused.field)\n"
    )
    done = _run(tree, "-c", program)
    assert done.stdout.split() == ["100", "7", "dice.max_sides"], done.stderr


@pytest.mark.slow
def test_the_example_keeps_the_style(tree: Path) -> None:
    """What newcomers copy passes the checks that their change will meet."""
    files = [str(tree / found[1]) for block in BLOCKS if (found := _FILE.fullmatch(block.marker))]
    done = _run(tree, "-m", "ruff", "check", "--no-cache", *files)
    assert done.returncode == 0, done.stdout
    formatted = _run(tree, "-m", "ruff", "format", "--no-cache", "--check", *files)
    assert formatted.returncode == 0, formatted.stdout
