"""A real server of real recordings, in a process of its own, on free ports and with a home of its own."""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

CUTS = Path(__file__).parents[4] / "server" / "tests" / "recordings"
# The whole recordings of which the cuts are pieces, where the machine has them.
FOLDER = Path(os.environ.get("NEXY_DAS_RECORDINGS") or CUTS)
MAIN = FOLDER / "prodml_2.0.h5"
# By the names under which the server offers them.
DEAD, MISSING, ZEROS = "valencia_febus_example", "febus_2", "neubrex_das_1"
SOUNDING = (
    "prodml_2-0",
    "decimated_optodas",
    "gdr_1",
    "iDAS005_hdf5_example-626",
    "terra15_v5_test_file",
    DEAD,
    MISSING,
)
if FOLDER != CUTS:
    # Its cut is shorter than one window.
    SOUNDING = (*SOUNDING, "prodml_fbe_1")
START_SECONDS = 45.0
STOP_SECONDS = 15.0
_KEPT = ("PATH", "HOME", "PYTHONPATH", "TMPDIR", "LANG")


def _sources() -> list[str]:
    """The main recording first, the others behind it, and one that never ends."""
    others = sorted(one for one in FOLDER.iterdir() if one.suffix in (".h5", ".hdf5") and one != MAIN)
    return [*(str(one.resolve()) for one in (MAIN, *others)), f"live=loop:{MAIN.resolve()}"]


def _environment(home: Path) -> dict[str, str]:
    """Free ports, no model, no database, and nothing of this machine's own settings."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT}
    free = {"GRPC_PORT": "0", "HTTP_PORT": "0", "API_PORT": "0", "SUPABASE_PORT": "0"}
    return {**kept, **free, "LLM_PROVIDER": "offline", "DATABASE_ENABLED": "false", "NEXY_HOME": str(home)}


def serve_recordings(home: Path) -> AbstractContextManager[str]:
    """Every recording that there is."""
    return serve_sources(_sources(), home)


@contextmanager
def serve_sources(sources: Sequence[str], home: Path) -> Iterator[str]:
    """Run `nexy stream serve` until the block is left; yields the address of /focus-server."""
    command = [sys.executable, "-m", "nexy.cli.main", "stream", "serve", *sources, "--json"]
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=_environment(home), cwd=home, stdout=subprocess.PIPE, stderr=log)
        try:
            yield json.loads(_first_line(process, home / "server.log"))["rest"]
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            finally:
                process.kill()
                process.wait()
                if process.stdout is not None:
                    process.stdout.close()


def _first_line(process: "subprocess.Popen[bytes]", log: Path) -> bytes:
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    line = process.stdout.readline() if ready else b""
    assert line, f"the server did not start:\n{log.read_text(errors='replace')[-2000:]}"
    return line
