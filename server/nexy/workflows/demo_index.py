"""Nexy's own source as a public project, so that a newcomer's first search finds something."""

import asyncio
import logging
import os
import shutil
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Sequence
from pathlib import Path

import nexy
from nexy.utils.child_process import ChildProcess

DEMO_PROJECT = "nexy-server"
"""The name of the project."""

_SOURCE = Path(nexy.__file__).parent
# The lease of a run that was killed with its server lasts for some seconds.
_PAUSES = (25.0, 60.0)
_log = logging.getLogger("nexy.code")


class DemoIndex:
    """Runs the command that a person would use, in a process of its own: answers never wait for it."""

    def __init__(self, home: str, command: Sequence[str] = (), pauses: Sequence[float] = _PAUSES) -> None:
        self._home = home
        self._pauses = pauses
        self._command = command or (*_politely(), sys.executable, "-m", "nexy.cli.main", "index", str(_SOURCE),
                                    "--name", DEMO_PROJECT, "--quiet")  # fmt: skip

    async def run(self) -> None:
        """To its end; a run that another one holds up, or that fails, is tried again after each of the pauses.

        A run that is cancelled is ended at once, and the next server's goes on from there.
        """
        for pause in (*self._pauses, 0.0):
            code = await self._once()
            decision = "index" if code == 0 else "degrade"
            _log.info("own source indexed", extra={"decision": decision, "ctx": {"exit_code": code}})
            if code == 0:
                return
            await asyncio.sleep(pause)

    async def _once(self) -> int:
        environment = {**os.environ, "NEXY_HOME": self._home}
        child = await ChildProcess.spawn(self._command, stdin=DEVNULL, stdout=DEVNULL, environment=environment)
        try:
            return await child.ended
        finally:
            child.kill()


def _politely() -> Sequence[str]:
    """Whoever is served comes first."""
    nice = shutil.which("nice")
    return (nice, "-n", "10") if nice else ()
