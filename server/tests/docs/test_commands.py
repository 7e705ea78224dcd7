"""The commands in the documents do what the documents say, against a server that runs for this test.

A command is executed as it stands, in a folder that looks like the checkout, on the home of the test's server; only the
default ports are replaced by that server's, and what indexes the folder is given the checkout itself, since the copy
consists of links, which are not followed. What asks for sensor streams runs on the home of another server, which
serves a recording. A command that serves is started on free ports and a home of its own, and stopped when its start-up
page is complete. What cannot be executed here is listed with the reason.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.markdown import ROOT, Command, blocks_of, commands_of, documents
from support.postgres import shared_folder

pytestmark = pytest.mark.slow

NOT_EXECUTED = {
    r"git clone .*": "needs a network and a fork",
    r"deploy/checks/e2e-test\.sh": "needs jq and the demo account; the system tests run it",
    r"make (setup|serve|test)": "installs packages, serves until Ctrl-C, or runs this very test; .ci/run does it",
    r"\.venv/bin/pre-commit install": "writes hooks into the checkout",
    r"\.venv/bin/(ruff check|lint-imports|pytest -q) ?.*": "a part of `make check` and `make test`",
    r"\.venv/bin/python server/scripts/run_all_tests\.py --level unit": "runs the tests of which this is one",
    r"\.venv/bin/nexy stream view": "draws until it is ended; `nexy stream view --seconds` is tested beside it",
    r"nc -zv localhost 50051": "netcat is not on every machine; the workflow runs it",
    r"(\S+/)?python -m bench\b.*": "measures for minutes",
    r"make (bench|test-system|docs|lock|proto|check)\b.*": "changes the checkout, or takes minutes; .ci/run does it",
}
COMMANDS = [
    command
    for path in documents()
    for block in blocks_of(path)
    if block.language in ("bash", "sh", "shell", "console")
    for command in commands_of(block)
]
DEFAULT_PORTS = {"grpc": "50051", "http": "8080", "api": "8000", "supabase": "54321"}
COMMAND_SECONDS = 25
# The whole checkout, on a processor that other tests share.
INDEX_SECONDS = 600
INDEXES = re.compile(r"\bnexy index \.(?=\s|$)")
NODE_MAJOR = 20
STOP_SECONDS = 15
LAST_LINES = ("try: nexy talk", "  nexy stream view")
PROVIDERS = {"OPENAI_": "openai", "ANTHROPIC_": "claude", "GEMINI_": "gemini", "OLLAMA_": "ollama"}
STREAM_SERVER = ".venv/bin/nexy stream serve server/tests/recordings/prodml_2.0.h5 --loop"


def _reason(command: Command) -> str:
    """Why the command is not executed; empty when it is."""
    return next((why for form, why in NOT_EXECUTED.items() if re.fullmatch(form, command.text)), "")


def _missing(command: Command) -> str:
    """What this machine lacks for the command; empty when nothing."""
    if not re.search(r"(^|\s)node\s", command.text):
        return ""
    if not (ROOT / "docs" / "examples" / "node_modules").exists():
        return "docs/examples/node_modules is missing: `make setup` makes it where Node 20 is"
    node = shutil.which("node")
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout if node else "v0."
    return "" if int(told[1:].partition(".")[0]) >= NODE_MAJOR else "Node 20 is not here"


def _serves(command: Command) -> bool:
    return command.text.endswith("nexy serve") or "nexy stream serve" in command.text


def _patience(command: Command) -> float:
    return INDEX_SECONDS if INDEXES.search(command.text) else COMMAND_SECONDS


def _asks_for_streams(command: Command) -> bool:
    return "nexy stream " in command.text or "nexy-stream " in command.text


EXECUTED = [pytest.param(command, id=str(command)) for command in COMMANDS if not _reason(command)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where the commands run: a folder like the checkout, their environment, and the doors of the server."""

    folder: Path
    environment: dict[str, str]
    doors: dict[str, str]

    def adapted(self, text: str) -> str:
        """The command with the ports of this server, on the checkout where it indexes."""
        for door in DEFAULT_PORTS.keys() & self.doors.keys():
            text = re.sub(rf"\b{DEFAULT_PORTS[door]}\b", self.doors[door].rpartition(":")[2], text)
        return INDEXES.sub(lambda _: f"nexy index {shlex.quote(str(ROOT))}", text)


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surroundings]:
    """A running server, and a copy of the checkout that consists of links."""
    folder, home = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("home")
    for entry in ROOT.iterdir():
        if entry.name not in (".git", ".venv", "config.env"):
            (folder / entry.name).symlink_to(entry)
    (folder / ".venv").symlink_to(sys.prefix)
    environment = _environment(home)
    with _serving(folder, environment, ".venv/bin/nexy serve"):
        yield Surroundings(folder=folder, environment=environment, doors=_doors(home))


@pytest.fixture(scope="module")
def stream_surroundings(surroundings: Surroundings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surroundings]:
    """The same folder beside a server that serves a recording again and again."""
    home = tmp_path_factory.mktemp("stream-home")
    environment = {**surroundings.environment, "NEXY_HOME": str(home)}
    with _serving(surroundings.folder, environment, STREAM_SERVER):
        yield Surroundings(folder=surroundings.folder, environment=environment, doors=_doors(home))


def _doors(home: Path) -> dict[str, str]:
    doors: dict[str, str] = json.loads((home / "run" / "server.json").read_text("utf-8"))
    return doors


def _environment(home: Path) -> dict[str, str]:
    """Nothing of this machine's own settings but what programs need to run."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    ports = dict.fromkeys(("GRPC_PORT", "HTTP_PORT", "API_PORT", "UPDATE_PORT", "SUPABASE_PORT"), "0")
    own = {"NEXY_HOME": str(home), "DATABASE_ENABLED": "true", "DATABASE_SHARED_FOLDER": shared_folder()}
    return {**kept, **ports, **own, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


@contextmanager
def _serving(folder: Path, environment: dict[str, str], command: str) -> Iterator[str]:
    """Start a server, wait for its whole start-up page, which is the value, and stop it in the end."""
    with (Path(environment["NEXY_HOME"]) / "serve.log").open("w") as log:
        process = subprocess.Popen(
            ["bash", "-c", f"exec env {command}"],
            cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8",
        )  # fmt: skip
        try:
            yield _page(process)
        finally:
            process.send_signal(signal.SIGTERM)
            code = _ended(process)
    assert code == 0, f"{command} ended with {code}"


def _ended(process: "subprocess.Popen[str]") -> int:
    """The exit code; a server that does not end in time is killed, and that is a failure."""
    assert process.stdout is not None
    try:
        return process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait(STOP_SECONDS)
    finally:
        process.stdout.close()


def _page(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(LAST_LINES):
            return "".join(lines)
    raise AssertionError(f"the server ended without its page: {''.join(lines)}")


@pytest.mark.parametrize("command", EXECUTED)
def test_command_works(command: Command, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """The command ends with exit code 0; a server starts, shows its page and stops."""
    if missing := _missing(command):
        pytest.skip(missing)
    beside = "stream_surroundings" if _asks_for_streams(command) else "surroundings"
    surroundings: Surroundings = request.getfixturevalue(beside)
    if _serves(command):
        environment = {**surroundings.environment, "NEXY_HOME": str(tmp_path)}
        with _serving(surroundings.folder, environment, command.text) as page:
            assert [
                provider for key, provider in PROVIDERS.items() if key in command.text and provider not in page
            ] == []
        return
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", surroundings.adapted(command.text)],
        cwd=surroundings.folder, env=surroundings.environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, encoding="utf-8", timeout=_patience(command), check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{command.text}\n{done.stdout}{done.stderr}"


def test_sound_was_saved(surroundings: Surroundings) -> None:
    """`--wav` of the README's tour leaves a file with sound in it, in English and in Russian."""
    for name in ("answer.wav", "ответ.wav"):
        assert (surroundings.folder / name).stat().st_size > 48_000


def test_every_exception_is_needed() -> None:
    """The list of what is not executed holds nothing that no document says any more, or says in advance only."""
    used = {form for form in NOT_EXECUTED for command in COMMANDS if re.fullmatch(form, command.text)}
    ahead = {form for form in NOT_EXECUTED if "bench" in form}
    assert set(NOT_EXECUTED) - used - ahead == set()


def test_the_tour_is_executed() -> None:
    """What the README promises for the first five minutes is among the executed commands."""
    texts = [command.text for command in COMMANDS if not _reason(command)]
    for part in (
        'nexy talk "What can you do?"',
        "nexy status",
        "nexy config show",
        "nexy switch",
        "grpc_smoke.py",
        "nexy stream check",
        "nexy providers",
        "openai_client.py",
        *(f"/api/v1/{name}" for name in ("route", "generate", "analyze", "complete", "explain")),
        "/v1/chat/completions",
        "supabase_client.py",
        "supabase_client.mjs",
        "nexy users add",
        "nexy devices pair",
        "nexy index . --name",
        "nexy search",
        "nexy index status",
        "/api/v1/search",
    ):
        assert any(part in text for text in texts), part
