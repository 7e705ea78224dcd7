"""Make the typed Python stubs of every proto file here: `python protocol/generate.py [--check]`.

With --check nothing is written: the difference is printed and the exit code is 1 when there is one.
"""

import argparse
import difflib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

PROTO_FOLDER = Path(__file__).resolve().parent
PACKAGE = "nexy_protocol"
STUB_PATTERN = "*_pb2*.py*"
PLUGINS = ("protoc-gen-mypy", "protoc-gen-mypy_grpc")
COMPILE_SECONDS = 120


class GenerationFailed(Exception):
    """The compiler or one of its plugins is missing, or refused a proto file."""


def plugin_arguments() -> list[str]:
    """Where the compiler finds the plugins that make the types: beside this interpreter, else on PATH."""
    arguments = []
    for plugin in PLUGINS:
        beside = Path(sys.executable).parent / plugin
        found = str(beside) if beside.exists() else shutil.which(plugin)
        if found is None:
            raise GenerationFailed(f"{plugin} is not installed: pip install mypy-protobuf")
        arguments.append(f"--plugin={plugin}={found}")
    return arguments


def compile_command(proto_folder: Path, target: Path) -> list[str]:
    """The whole command line of the compiler for every proto file of the folder."""
    names = sorted(path.name for path in proto_folder.glob("*.proto"))
    # The virtual folder gives the stubs imports that work inside the package, without editing them afterwards.
    return [
        sys.executable,
        "-m",
        "grpc_tools.protoc",
        f"-I{PACKAGE}={proto_folder}",
        *plugin_arguments(),
        f"--python_out={target}",
        f"--grpc_python_out={target}",
        f"--mypy_out=quiet:{target}",
        f"--mypy_grpc_out=quiet,only_async:{target}",
        *(f"{PACKAGE}/{name}" for name in names),
    ]


def compiled_stubs(proto_folder: Path) -> dict[str, str]:
    """The stubs as they ought to be: file name → text."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder)
        command = compile_command(proto_folder, target)
        done = subprocess.run(command, capture_output=True, text=True, timeout=COMPILE_SECONDS, check=False)
        if done.returncode != 0:
            raise GenerationFailed(done.stderr.strip() or "the compiler failed without a word")
        return read_stubs(target / PACKAGE)


def read_stubs(package: Path) -> dict[str, str]:
    """The stubs as they are: file name → text."""
    return {path.name: path.read_text("utf-8") for path in sorted(package.glob(STUB_PATTERN))}


def difference(committed: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """A unified diff from what is committed to what the compiler makes; empty when they agree."""
    parts: list[str] = []
    for name in sorted({*committed, *wanted}):
        before, after = committed.get(name, ""), wanted.get(name, "")
        lines = difflib.unified_diff(
            before.splitlines(keepends=True), after.splitlines(keepends=True), f"committed/{name}", f"generated/{name}"
        )
        parts.extend(lines)
    return "".join(parts)


def write_stubs(package: Path, wanted: Mapping[str, str]) -> list[str]:
    """Write what changed and drop stubs without a proto file; returns the names that were touched."""
    committed = read_stubs(package)
    changed = [name for name in sorted(wanted) if committed.get(name) != wanted[name]]
    orphans = sorted(committed.keys() - wanted.keys())
    for name in changed:
        (package / name).write_text(wanted[name], "utf-8")
    for name in orphans:
        (package / name).unlink()
    return changed + orphans


def main(arguments: Sequence[str], proto_folder: Path = PROTO_FOLDER) -> int:
    """Run the command; 0 when the stubs are as they ought to be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail when something would change")
    check: bool = parser.parse_args(arguments).check
    package = proto_folder / PACKAGE
    try:
        wanted = compiled_stubs(proto_folder)
    except GenerationFailed as failure:
        sys.stderr.write(f"generate: {failure}\n")
        return 1
    if check:
        found = difference(read_stubs(package), wanted)
        sys.stdout.write(found)
        return 1 if found else 0
    for name in write_stubs(package, wanted):
        sys.stdout.write(f"{PACKAGE}/{name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
