"""The page of `nexy status`."""

import asyncio
import sys
from pathlib import Path

import pytest

from nexy.cli.status import _print
from nexy.contracts.demo import DEMO_EMAIL, Demo
from nexy.messages.catalogue import LANGUAGES, Catalogue
from support.nexy_process import environment

STATUS = {"latest_version": "1", "modules": {"access": "running"}, "reasons": {}, "switched_off": []}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("demo", Demo)
def test_a_demo_account_is_told_of(demo: Demo, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As on the start page; nothing is said of one that is off."""
    _print({**STATUS, "demo": demo.value}, 1, {"grpc": "127.0.0.1:1"}, Catalogue(language))
    assert (DEMO_EMAIL in capsys.readouterr().out) is (demo is not Demo.OFF)


def test_an_older_server_says_nothing_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Its page is shown all the same."""
    _print(STATUS, 1, {}, Catalogue("en"))
    assert "access" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [("--help",), ("status",), ("index", "--help"), ("search", "--help")])
async def test_short_commands_stay_light(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """No numbers, no parsers and no ledger are loaded to say a few lines."""
    heavy = ("numpy", "tree_sitter", "onnxruntime", "nexy.modules.code_search.module", "nexy.workflows.code_ledger")
    probe = (
        "import atexit, sys; from nexy.cli.main import run; sys.argv[0] = 'nexy'; "
        f"atexit.register(lambda: print('loaded', [m for m in {heavy} if m in sys.modules])); run()"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", probe, *arguments, env=environment(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert out.splitlines()[-1] == b"loaded []"
