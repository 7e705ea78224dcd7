"""Which token `nexy talk` shows to which server: it opens a home, so it goes to the server that gave it alone."""

import os
import re
import sys
from ipaddress import ip_address
from pathlib import Path

from nexy.cli.surroundings import Surroundings
from nexy.contracts.devices import DEVICE_TOKEN
from nexy.contracts.errors import ConfigurationInvalid
from nexy.messages.catalogue import Catalogue
from nexy.utils.addresses import host_of, reachable
from nexy_client import Tls
from nexy_client.channel import tls_for

VARIABLE = "NEXY_DEVICE_TOKEN"
_FORM = re.compile(rf"{DEVICE_TOKEN}[A-Za-z0-9_-]+")
_NAMES = {"localhost": "127.0.0.1"}


def own_server(surroundings: Surroundings) -> str:
    """The address of the server that runs on this NEXY_HOME, empty where none does."""
    running = surroundings.running_server()
    return reachable(running.doors["grpc"]) if running and "grpc" in running.doors else ""


def token_for(address: str, surroundings: Surroundings, file: Path | None, *, tls: bool) -> str:
    """What was given on purpose (`file`, else NEXY_DEVICE_TOKEN); else this home's, to this home's server alone.

    Says so where the way there is open to others. Raises `ConfigurationInvalid` for what is no device's token.
    """
    own = bool(address) and _same(address, own_server(surroundings))
    given = _given(file, surroundings.words)
    token = given or (surroundings.device_token() if own else "")
    if token and not own and tls_for(address, Tls() if tls else None) is None and not _on_this_machine(address):
        print(surroundings.words.text("talk.token_in_the_open", server=address), file=sys.stderr)
    return token


def _given(file: Path | None, words: Catalogue) -> str:
    if file is None:
        token, source = os.environ.get(VARIABLE, "").strip(), VARIABLE
        if not token:
            return ""
    else:
        token, source = _read(file, words), f"--token-file {file}"
    if not _FORM.fullmatch(token):
        raise ConfigurationInvalid(words.text("talk.no_token", source=source), field="token")
    return token


def _read(file: Path, words: Catalogue) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as problem:
        reason = problem.strerror or str(problem)
        text = words.text("talk.token_unreadable", file=file, reason=reason)
        raise ConfigurationInvalid(text, field="token") from problem


def _same(address: str, own: str) -> bool:
    return _spelt(address) == _spelt(own)


def _spelt(address: str) -> tuple[str, str]:
    host = host_of(address).lower()
    return _NAMES.get(host, host), address.rpartition(":")[2]


def _on_this_machine(address: str) -> bool:
    try:
        return ip_address(_spelt(address)[0]).is_loopback
    except ValueError:
        return False
