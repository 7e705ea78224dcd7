"""The stubs are what the proto files say."""

import importlib.util
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """The command, which stands outside the package."""
    spec = importlib.util.spec_from_file_location("nexy_protocol_generate", FOLDER / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the proto files and stubs, free to be spoiled."""
    for proto in FOLDER.glob("*.proto"):
        shutil.copy(proto, tmp_path)
    shutil.copytree(FOLDER / "nexy_protocol", tmp_path / "nexy_protocol", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_regeneration_changes_nothing(generate: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """The committed stubs are exactly what the committed proto files make."""
    assert generate.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_changed_proto_file_fails_the_check_with_the_difference(
    generate: ModuleType, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A proto file that went ahead of its stubs is shown as a diff, and nothing is written."""
    proto = copy / "streaming.proto"
    proto.write_text(proto.read_text("utf-8").replace("int64 played_ms = 17", "int64 heard_ms = 17"), "utf-8")
    before = generate.read_stubs(copy / "nexy_protocol")
    assert generate.main(["--check"], copy) == 1
    shown = capsys.readouterr().out
    assert "--- committed/streaming_pb2.pyi" in shown
    assert "+    HEARD_MS_FIELD_NUMBER" in shown
    assert generate.read_stubs(copy / "nexy_protocol") == before


def test_generation_mends_what_was_edited_and_is_idempotent(
    generate: ModuleType, copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A stub edited by hand is restored, and a second run touches nothing."""
    stub = copy / "nexy_protocol" / "streaming_pb2_grpc.py"
    good = stub.read_text("utf-8")
    stub.write_text(good + "\n# edited\n", "utf-8")
    assert generate.main([], copy) == 0
    assert stub.read_text("utf-8") == good
    assert capsys.readouterr().out == "nexy_protocol/streaming_pb2_grpc.py\n"
    assert generate.main([], copy) == 0
    assert capsys.readouterr().out == ""


def test_a_second_proto_file_gets_stubs_of_its_own(generate: ModuleType, copy: Path) -> None:
    """Every proto file of the folder is compiled, with imports that work inside the package."""
    service = "service Later { rpc Go(Ask) returns (Ask); }"
    text = f'syntax = "proto3"; package later; {service} message Ask {{ int32 n = 1; }}'
    (copy / "later.proto").write_text(text, "utf-8")
    assert generate.main([], copy) == 0
    assert (copy / "nexy_protocol" / "later_pb2.pyi").exists()
    assert "from nexy_protocol import later_pb2" in (copy / "nexy_protocol" / "later_pb2_grpc.py").read_text("utf-8")


def test_stubs_without_a_proto_file_are_dropped(generate: ModuleType, copy: Path) -> None:
    """A proto file that is gone takes its stubs with it, and the check sees the orphan before."""
    orphan = copy / "nexy_protocol" / "gone_pb2.py"
    orphan.write_text("gone = True\n", "utf-8")
    assert generate.main(["--check"], copy) == 1
    assert generate.main([], copy) == 0
    assert not orphan.exists()


def test_a_broken_proto_file_is_named(generate: ModuleType, copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The compiler's own words reach the person, and the stubs stay."""
    (copy / "streaming.proto").write_text('syntax = "proto3";\nmessage Broken {\n', "utf-8")
    assert generate.main([], copy) == 1
    assert "streaming.proto" in capsys.readouterr().err
    assert (copy / "nexy_protocol" / "streaming_pb2.py").exists()


def test_a_missing_plugin_is_named(
    generate: ModuleType, copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without mypy-protobuf the command says what to install."""
    monkeypatch.setattr(sys, "executable", str(copy / "python"))
    monkeypatch.setenv("PATH", str(copy))
    assert generate.main(["--check"], copy) == 1
    assert "pip install mypy-protobuf" in capsys.readouterr().err
