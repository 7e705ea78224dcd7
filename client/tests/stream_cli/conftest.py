"""The command against scripted servers, without a process of its own."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from nexy_client.catalogue import Catalogue
from nexy_client.stream_cli import Invocation, run
from nexy_client.stream_cli.invocation import PACKAGE
from nexy_client.testing.streams.plan import RECORDED_AT_MS
from nexy_client.testing.streams.playbook import Playbook
from nexy_client.testing.streams.serving import Served, serve_playbook

RANGE = ("--from", str(RECORDED_AT_MS / 1000), "--to", str(RECORDED_AT_MS / 1000 + 3.92))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How the command ended and what it said."""

    code: int
    out: str
    err: str


def told(*arguments: str, **more: object) -> Told:
    """Run the command with these arguments and an environment of its own."""
    out, err = io.StringIO(), io.StringIO()
    values = {"environment": {"LANG": "en_US.UTF-8"}, **more}
    code = run(arguments, Invocation(out=out, err=err, **values))  # type: ignore[arg-type]
    return Told(code=code, out=out.getvalue(), err=err.getvalue())


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Serves playbooks until the test is over."""
    with ExitStack() as stack:

        def start(playbook: Playbook | None = None) -> Served:
            return stack.enter_context(serve_playbook(playbook or Playbook()))

        yield start


@pytest.fixture
def english() -> Catalogue:
    """The texts in English."""
    return Catalogue(PACKAGE, "en")
