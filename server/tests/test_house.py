"""The holes that the import contracts leave open are closed here."""

import ast
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nexy

SERVER = Path(nexy.__file__).parent
ROOT = SERVER.parent.parent
BROAD_EXCEPT_EDGES = {"transport/grpc_service/error_code_mapper.py", "transport/http_service/front.py"}


def sources() -> list[Path]:
    return sorted(SERVER.rglob("*.py"))


def test_only_the_factory_imports_by_a_computed_name() -> None:
    """`importlib.import_module` and `__import__` stand in module_factory.py alone, so layers see every import."""
    for file in sources():
        text = file.read_text(encoding="utf-8")
        if file.name != "module_factory.py":
            assert "import_module(" not in text, file
            assert "__import__(" not in text, file


def test_every_folder_with_code_is_a_package() -> None:
    """A folder without __init__.py is invisible to the import contracts."""
    for package in (SERVER, ROOT / "client" / "nexy_client", ROOT / "protocol" / "nexy_protocol"):
        for folder in {file.parent for file in package.rglob("*.py")}:
            assert (folder / "__init__.py").exists(), folder


def test_every_exception_is_caught_at_the_edges_only() -> None:
    """What swallows every exception stands at the protocol edges and nowhere else."""
    found = set()
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and not _raises_again(node):
                found.add(str(file.relative_to(SERVER)))
    assert found <= BROAD_EXCEPT_EDGES


def _raises_again(handler: ast.ExceptHandler) -> bool:
    """A handler that cleans up and passes everything on swallows nothing."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _is_broad(caught: ast.expr | None) -> bool:
    return caught is None or (isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException"))


def test_tasks_have_an_owner() -> None:
    """`create_task` is called in utils/supervisor.py only, `ensure_future` nowhere; everything else asks an owner."""
    for file in sources():
        text = file.read_text(encoding="utf-8")
        assert "ensure_future(" not in text, file
        assert "create_task(" not in text or file.name == "supervisor.py", file


def test_no_queue_is_unbounded() -> None:
    """`asyncio.Queue()` without a size holds whatever a slow reader leaves behind."""
    for file in sources():
        assert "Queue()" not in file.read_text(encoding="utf-8"), file


def test_tests_never_sleep() -> None:
    """A test that waits for real time is slow at best and wrong at worst; where time jumps, it may wait."""
    for tests in (SERVER.parent / "tests", ROOT / "client" / "tests", ROOT / "protocol" / "tests"):
        for file in sorted(tests.rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            if file != Path(__file__):
                assert "time.sleep(" not in text, file
            if "run_virtual" not in text:
                assert not list(_waits(ast.parse(text))), file


def _waits(tree: ast.AST) -> Iterator[ast.Call]:
    """Every `asyncio.sleep` of a written number of seconds; 0 only lets others run."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or ast.unparse(node.func) != "asyncio.sleep":
            continue
        if isinstance(node.args[0], ast.Constant) and node.args[0].value:
            yield node


def test_a_wait_in_a_test_is_found() -> None:
    """The rule itself sees a constant and lets 0 and computed times pass."""
    text = (
        "async def a(step):\n    await asyncio.sleep(0.01)\n    await asyncio.sleep(0)\n    await asyncio.sleep(step)"
    )
    assert [call.lineno for call in _waits(ast.parse(text))] == [2]


def test_the_manual_needs_awk_alone(tmp_path: Path) -> None:
    """`make help` lists the targets also where sed and grep know less than GNU's, as on macOS."""
    for name in ("sed", "grep"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    shown = subprocess.run(["make", "help"], cwd=ROOT, env={"PATH": path}, capture_output=True, text=True, check=True)
    assert re.search(r"^  make serve +Start the server", shown.stdout, re.MULTILINE)
    assert len(shown.stdout.splitlines()) > 10


def test_pins_of_the_requirements_file_are_those_of_the_lock() -> None:
    """server/requirements.txt installs the same versions that requirements.lock pins with hashes."""
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = [
        line for line in (ROOT / "server" / "requirements.txt").read_text(encoding="utf-8").splitlines() if "==" in line
    ]
    assert len(pins) > 20
    for pin in pins:
        assert pin.partition(" ;")[0] in locked, pin


def test_no_lock_names_a_download_address() -> None:
    """Lock files pin names, versions and hashes, never where somebody once found them."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    for name in tracked:
        if name.endswith((".lock", "requirements.txt", "package-lock.json")):
            assert "://" not in (ROOT / name).read_text(encoding="utf-8"), name
