"""The commands and the Python of the client's documents do what the documents say, against a server of their own."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from client.tests.integration.grpc.served_recording import serve_sources

from support.markdown import Block, Command, blocks_of, commands_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
TOP = Path(__file__).parents[3]
NOT_EXECUTED = {
    r"pip install .*": "installs packages",
    r"pytest client/tests/integration/grpc/ -v": "those tests run beside this one",
    r"pytest client/tests --cov=.*": "runs the tests of which this is one",
    r"python -m bench\..*": "measures for minutes",
}
LOOPED = str(TOP / "server" / "tests" / "recordings" / "prodml_2.0.h5")
PUMP = "pump=synthetic:?channels=48&rate=1000&tones=5-20:50:1"
BLOCKS = [block for path in sorted((TOP / "client" / "docs").glob("*.md")) for block in blocks_of(path, TOP)]
COMMANDS = [one for block in BLOCKS if not block.language for one in commands_of(block)]
# The other one shows a constructor; `test_documents` compares it.
PYTHON = [block for block in BLOCKS if block.language == "python" and "import" in block.text]


def _reason(command: Command) -> str:
    """Why the command is not executed; empty when it is."""
    return next((why for form, why in NOT_EXECUTED.items() if re.fullmatch(form, command.text)), "")


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where the fibres of the documents are served: the one of the recording, and the one of the pump."""
    with ExitStack() as servers:
        served = {
            name: servers.enter_context(serve_sources([source], tmp_path_factory.mktemp(name)))
            for name, source in (("loop", f"live=loop:{LOOPED}"), ("pump", PUMP), ("range", LOOPED))
        }
        yield {name: address.removesuffix("/focus-server") for name, address in served.items()}


def _environment(home: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("HOME", "TMPDIR", "PYTHONPATH") if name in os.environ}
    free = dict.fromkeys(("GRPC_PORT", "HTTP_PORT", "API_PORT"), "0")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**kept, **free, "PATH": path, "DATABASE_ENABLED": "false", "NEXY_HOME": str(home),
            "PYTHONDONTWRITEBYTECODE": "1"}  # fmt: skip


def _done(command: list[str], home: Path) -> "subprocess.CompletedProcess[str]":
    done = subprocess.run(
        command, cwd=TOP, env=_environment(home), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done


@pytest.mark.parametrize("block", [pytest.param(block, id=f"{block.document}:{block.line}") for block in PYTHON])
def test_python_works(block: Block, doors: dict[str, str], tmp_path: Path) -> None:
    """A program ends without an error and prints; a test passes."""
    is_test = "def test_" in block.text
    address = doors["pump" if "pump" in block.text else "loop"]
    file = tmp_path / ("test_of_the_guide.py" if is_test else "program.py")
    file.write_text(block.text.replace("http://localhost:8000", address), "utf-8")
    if is_test:
        assert "1 passed" in _done([sys.executable, "-m", "pytest", "-q", "-c", os.devnull, str(file)], tmp_path).stdout
    else:
        assert len(_done([sys.executable, str(file)], tmp_path).stdout.splitlines()) >= 25


@pytest.mark.parametrize("command", [pytest.param(one, id=str(one)) for one in COMMANDS if not _reason(one)])
def test_command_works(command: Command, doors: dict[str, str], tmp_path: Path) -> None:
    """The command ends with exit code 0; a server starts, shows where to go on, and stops."""
    if command.text.startswith("nexy stream serve"):
        _starts_and_stops(command.text, tmp_path)
        return
    adapted = command.text.replace("http://focus.example:8000", doors["range"]).replace("FOCUS_SOURCE=well ", "")
    _done(["bash", "-euo", "pipefail", "-c", f"{adapted} -p no:cacheprovider -k connectivity"], tmp_path)


def _starts_and_stops(command: str, home: Path) -> None:
    shell = ["bash", "-c", f"exec {command}"]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            shell, cwd=TOP, env=_environment(home), stdout=subprocess.PIPE, stderr=log, text=True
        )  # fmt: skip
    with process:
        try:
            assert process.stdout is not None
            assert any("nexy stream view" in line for line in process.stdout), (home / "server.log").read_text()
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_the_stubs_can_be_made_again(tmp_path: Path) -> None:
    """As the README says, from a folder that is not the checkout; what is committed is what is made."""
    script = TOP / "client" / "scripts" / "generate_proto.sh"
    environment = {**_environment(tmp_path), "PYTHON": sys.executable}
    done = subprocess.run(
        ["bash", str(script), "--check"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.startswith("libprotoc ")) == (0, True), done.stderr


def test_every_exception_is_needed() -> None:
    """The list of what is not executed holds nothing that no document says any more."""
    used = {form for form in NOT_EXECUTED for command in COMMANDS if re.fullmatch(form, command.text)}
    assert used == set(NOT_EXECUTED)
    assert len(PYTHON) == 3
