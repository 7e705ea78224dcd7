"""The operator's own command that takes a backup to another place."""

import asyncio
import os
import shlex
import signal
from collections.abc import Sequence
from pathlib import Path

from nexy.contracts.errors import ConfigurationInvalid

_KEY = "backup.off_site_command"
_STANDARD_ERROR = 2


def parsed_command(text: str) -> Sequence[str]:
    """The command as words, without a shell; raises `ConfigurationInvalid` when a quotation has no end."""
    try:
        return shlex.split(text)
    except ValueError as problem:
        raise ConfigurationInvalid(f"{_KEY}: {problem}", field=_KEY) from problem


async def carry_off(command: Sequence[str], folder: Path, seconds: float) -> str:
    """Run it with the backup's folder as its last argument; empty when it worked, else what went wrong.

    What it prints goes to our standard error; after its time it is killed with everything that it started.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command, str(folder), stdin=asyncio.subprocess.DEVNULL, stdout=_STANDARD_ERROR, stderr=_STANDARD_ERROR,
            start_new_session=True,
        )  # fmt: skip
    except OSError as problem:
        return f"{command[0]}: {problem.strerror}"
    try:
        async with asyncio.timeout(seconds):
            code = await process.wait()
    except TimeoutError:
        return f"{command[0]}: not done after {seconds:g} s"
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    return "" if code == 0 else f"{command[0]}: exit code {code}"
