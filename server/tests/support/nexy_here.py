"""A command of `nexy` in the test's own process: without the second that starting an interpreter takes."""

import io
import os
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from nexy.cli.main import run
from support.nexy_process import LASTING, Finished, environment


def here(home: Path, *arguments: str, **more: str) -> Finished:
    """Run one command to its end, in `home`, on a lasting database; not from within a running event loop."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        patch.dict(os.environ, environment(home, **{**LASTING, **more}), clear=True),
        patch.object(sys, "argv", ["nexy", *arguments]),
        chdir(home),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            run()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
    return Finished(code=code, out=out.getvalue(), err=err.getvalue())
