"""The holes that the import contracts leave open are closed here."""

import ast
import subprocess
from pathlib import Path

import nexy

SERVER = Path(nexy.__file__).parent
ROOT = SERVER.parent.parent
BROAD_EXCEPT_EDGES = {"transport/grpc_service/error_code_mapper.py"}


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
    """`except Exception` and bare `except` stand at the protocol edges and nowhere else."""
    found = set()
    for file in sources():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and _is_broad(node.type):
                found.add(str(file.relative_to(SERVER)))
    assert found <= BROAD_EXCEPT_EDGES


def _is_broad(caught: ast.expr | None) -> bool:
    return caught is None or (isinstance(caught, ast.Name) and caught.id in ("Exception", "BaseException"))


def test_tasks_have_an_owner() -> None:
    """`create_task` is called in utils/supervisor.py only; everything else asks an owner."""
    for file in sources():
        if file.name != "supervisor.py":
            assert "create_task(" not in file.read_text(encoding="utf-8"), file


def test_no_queue_is_unbounded() -> None:
    """`asyncio.Queue()` without a size holds whatever a slow reader leaves behind."""
    for file in sources():
        assert "Queue()" not in file.read_text(encoding="utf-8"), file


def test_tests_never_sleep() -> None:
    """A test that waits for real time is slow at best and wrong at worst."""
    for file in sorted((SERVER.parent / "tests").rglob("*.py")):
        if file.name != Path(__file__).name:
            assert "time.sleep(" not in file.read_text(encoding="utf-8"), file


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
            assert "http" not in (ROOT / name).read_text(encoding="utf-8").replace("aiohttp", "").replace(
                "http2", ""
            ), name
