"""The runner of all levels."""

import os
import re
import signal
import sys
from pathlib import Path

import pytest
import run_all_tests
from operator_checks import Target
from own_server import NotStarted, own_server
from run_all_tests import LEVELS, PytestRun, Result, Row, Run, Script, Step, summarise

SCRIPTS_FOLDER = Path(run_all_tests.__file__).parent
NOWHERE = Target(host="127.0.0.1", port=1, timeout=5)

# A stand-in for the server: writes its doors as the real one does, and its end beside its home.
SERVER = """
import json, os, pathlib, signal, sys
home = pathlib.Path(os.environ["NEXY_HOME"])
assert os.environ["GRPC_PORT"] == os.environ["HTTP_PORT"] == os.environ["API_PORT"] == "0"
(home / "run").mkdir()
signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path(sys.argv[1]).write_text(str(os.getpid())), sys.exit(0)))
doors = {"pid": os.getpid(), "grpc": "0.0.0.0:101", "http": "127.0.0.1:102", "api": "127.0.0.1:103"}
(home / "run" / "server.json").write_text(json.dumps(doors))
signal.pause()
"""


@pytest.fixture
def serve(tmp_path: Path) -> list[str]:
    """The command of the stand-in; it leaves the file `ended` when it was asked to stop."""
    return [sys.executable, "-c", SERVER, str(tmp_path / "ended")]


def script(folder: Path, name: str, body: str) -> Script:
    """An operator check of one line."""
    (folder / name).write_text(f"import sys\n{body}\n", "utf-8")
    return Script(name=name, web="web" in name)


def run_of(folder: Path, *steps: Step, target: Target = NOWHERE, serve: list[str] | None = None) -> Run:
    """A run of one level over the folder's scripts."""
    command = serve if serve is not None else [sys.executable, "-c", "raise SystemExit('port taken')"]
    return Run(target=target, http_port=8080, levels={"smoke": steps}, scripts=folder, serve=command)


def results(run: Run) -> list[Result]:
    """How each step went."""
    return [row.result for row in run.rows()]


def test_every_level_of_the_documents_is_known() -> None:
    """The levels are those that --level names, and every check that exists is part of one; a report is no check."""
    assert list(LEVELS) == ["unit", "integration", "smoke", "contract", "e2e", "chaos"]
    named = {step.name for steps in LEVELS.values() for step in steps if isinstance(step, Script)}
    programs = {"run_all_tests.py", "operator_checks.py", "answer_checks.py", "http_reply.py", "own_server.py"}
    reports = {"report_token_costs.py"}
    assert {path.name for path in SCRIPTS_FOLDER.glob("*.py")} - programs - reports <= named


def test_a_script_that_does_not_exist_is_absent_and_not_passed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A level without its scripts is reported as such, starts no server, and alone is no success."""
    rows = run_of(tmp_path, Script(name="chaos_smoke.py")).rows()
    assert [row.result for row in rows] == [Result.ABSENT]
    assert summarise(rows) == 1
    assert "absent: 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ((Result.PASSED,), 0),
        ((Result.PASSED, Result.ABSENT), 0),
        ((Result.PASSED, Result.FAILED), 1),
        ((Result.ABSENT,), 1),
    ],
)
def test_the_summary_decides_the_exit(found: tuple[Result, ...], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """One failed step fails the run; each step has its line."""
    rows = [Row(level="smoke", step=f"step {at}", result=result, seconds=1.25) for at, result in enumerate(found)]
    assert summarise(rows) == code
    printed = capsys.readouterr().out
    assert all(re.search(rf"smoke +step {at} +{result} +1\.[23] s", printed) for at, result in enumerate(found))


def test_a_server_elsewhere_that_does_not_answer_is_not_replaced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For a host other than this machine no server is started: its checks fail."""
    check = script(tmp_path, "a.py", "sys.exit(0)")
    elsewhere = Target(host="nexy.invalid", port=443, timeout=5)
    assert results(run_of(tmp_path, check, target=elsewhere)) == [Result.FAILED]
    assert "nexy.invalid:443 недоступен" in capsys.readouterr().out


@pytest.mark.slow
def test_a_server_is_started_given_to_the_checks_and_stopped(tmp_path: Path, serve: list[str]) -> None:
    """The checks get the ports that the own server wrote down, and afterwards it is gone."""
    plain = script(tmp_path, "plain.py", "sys.exit(sys.argv[1:3] != ['127.0.0.1', '101'])")
    web = script(tmp_path, "web.py", "sys.exit(sys.argv[1:3] != ['127.0.0.1', '102'] or '101' not in sys.argv)")
    bad = script(tmp_path, "bad.py", "sys.exit(3)")
    assert results(run_of(tmp_path, plain, web, bad, serve=serve)) == [Result.PASSED, Result.PASSED, Result.FAILED]
    ended = int((tmp_path / "ended").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(ended, 0)


@pytest.mark.slow
def test_a_server_that_does_not_start_fails_the_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the server said last is shown, and no check passes without it."""
    check = script(tmp_path, "a.py", "sys.exit(0)")
    assert results(run_of(tmp_path, check)) == [Result.FAILED]
    assert "port taken" in capsys.readouterr().out


@pytest.mark.slow
def test_a_server_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    """A server that never writes its doors is stopped after the time it has."""
    silent = [sys.executable, "-c", "import signal; signal.pause()"]
    with pytest.raises(NotStarted, match="not ready"):
        with own_server(silent, seconds=0.3):
            pytest.fail("it never was ready")


@pytest.mark.slow
def test_pytest_runs_are_judged_by_their_exit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Passed, failed, and a selection without any test are told apart."""
    monkeypatch.setattr(run_all_tests, "ROOT", tmp_path)
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "test_a.py").write_text("def test_a():\n    assert True\n", "utf-8")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "test_b.py").write_text("def test_b():\n    assert False\n", "utf-8")
    steps = (
        PytestRun(paths=("good",), marks=""),
        PytestRun(paths=("bad",), marks=""),
        PytestRun(paths=("good",), marks="x"),
    )
    assert results(run_of(tmp_path, *steps)) == [Result.PASSED, Result.FAILED, Result.ABSENT]


@pytest.mark.slow
def test_a_step_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that takes too long counts as failed and is gone."""
    assert run_all_tests.bounded([sys.executable, "-c", "import signal; signal.pause()"], 0.3) != 0
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
