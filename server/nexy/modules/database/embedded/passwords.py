"""The generated passwords of the embedded server's logins."""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nexy.contracts.errors import StartFailed


@dataclass(frozen=True, slots=True, kw_only=True)
class Passwords:
    """One for each login: `administrator` sets up, `owner` migrates, `app` serves."""

    administrator: str = field(repr=False)
    owner: str = field(repr=False)
    app: str = field(repr=False)


def stored_passwords(file: Path) -> Passwords:
    """The passwords of this home, made at the first call; raises `StartFailed` when the file is not ours."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return Passwords(administrator=found["administrator"], owner=found["owner"], app=found["app"])
    except FileNotFoundError:
        return _made(file)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise StartFailed(f"{file}: cannot be read ({type(problem).__name__}); restore it with the data") from problem


def _made(file: Path) -> Passwords:
    made = Passwords(administrator=secrets.token_hex(24), owner=secrets.token_hex(24), app=secrets.token_hex(24))
    begun = file.with_name(f"{file.name}.{os.getpid()}")
    fd = os.open(begun, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as opened:
        json.dump(asdict(made), opened)
        opened.flush()
        os.fsync(fd)
    begun.replace(file)
    return made
