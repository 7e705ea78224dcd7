"""What an installed nexy-protocol holds."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1]


def floor(package: str) -> tuple[int, ...]:
    """The lowest version of a dependency that the project allows."""
    project = tomllib.loads((FOLDER / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = next(text for text in project["dependencies"] if text.startswith(package))
    return tuple(int(part) for part in wanted.split(">=")[1].split("."))


def test_the_runtimes_are_not_older_than_what_made_the_stubs() -> None:
    """The stubs refuse an older protobuf or grpcio at import, so the project must not allow one."""
    stubs = (FOLDER / "nexy_protocol" / "streaming_pb2.py").read_text("utf-8")
    made_with = re.search(r"Protobuf Python Version: ([\d.]+)", stubs)
    services = (FOLDER / "nexy_protocol" / "streaming_pb2_grpc.py").read_text("utf-8")
    compiled_by = re.search(r"GRPC_GENERATED_VERSION = '([\d.]+)'", services)
    assert made_with is not None
    assert compiled_by is not None
    assert floor("protobuf") >= tuple(int(part) for part in made_with[1].split("."))
    assert floor("grpcio") >= tuple(int(part) for part in compiled_by[1].split("."))


@pytest.mark.slow
def test_the_wheel_holds_the_proto_files_the_stubs_and_the_type_marker(tmp_path: Path) -> None:
    """Someone who installs the wheel can compile for another language and gets types in Python."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=FOLDER, check=True, capture_output=True, timeout=50)
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    protos = {f"nexy_protocol/{proto.name}" for proto in FOLDER.glob("*.proto")}
    stubs = {f"nexy_protocol/{stub.name}" for stub in (FOLDER / "nexy_protocol").glob("*_pb2*")}
    assert protos | stubs | {"nexy_protocol/py.typed", "nexy_protocol/__init__.py"} <= held
