"""Fixtures of the documented tests: a server, a connected client, and jobs that are removed after each test.

Without anything else the tests start `nexy stream serve` on cuts of real recordings, or on the whole recordings in the
folder NEXY_DAS_RECORDINGS. With FOCUS_SERVER_URL (and FOCUS_SOURCE, a source with a recorded range) they judge the
server at that address instead.
"""

import importlib.util
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from client.tests.integration.grpc.served_recording import MAIN, serve_recordings

from nexy_client import ConfigureAnswer, FocusClient, GrpcStreamClient
from nexy_client.streams import FocusSource, SourceList

LOWEST_HZ, HIGHEST_HZ = 5.0, 60.0
NFFT, HEIGHT = 128, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What was asked for, and the answer."""

    channels: tuple[int, int]
    answer: ConfigureAnswer
    source: FocusSource


Configure = Callable[..., Job]


@pytest.fixture(scope="session")
def rest_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where jobs are configured."""
    given = os.environ.get("FOCUS_SERVER_URL", "")
    if given:
        yield given
        return
    if importlib.util.find_spec("nexy") is None:
        pytest.skip("no server: install nexy-server, or set FOCUS_SERVER_URL")
    if not MAIN.exists():
        pytest.skip(f"no {MAIN.name}: its cut is part of a checkout; or set FOCUS_SERVER_URL")
    with serve_recordings(tmp_path_factory.mktemp("nexy-home")) as address:
        yield address


@pytest.fixture(scope="session")
def focus(rest_address: str) -> FocusClient:
    """The REST door."""
    return FocusClient(rest_address, api_key=os.environ.get("FOCUS_API_KEY", ""))


@pytest.fixture(scope="session")
def offered(focus: FocusClient) -> SourceList:
    """What the server offers and what it refuses; asked once, since a server may look into each file for it."""
    return focus.sources()


@pytest.fixture
def configure(focus: FocusClient, offered: SourceList) -> Iterator[Configure]:
    """Makes a job, of the whole recorded range unless told; each is removed after the test."""
    with ExitStack() as jobs:

        def make(*, live: bool = False, name: str = "", **more: Any) -> Job:
            source = _source(offered, live, name or os.environ.get("FOCUS_SOURCE", ""))
            channels = (source.lowest_channel, source.highest_channel)
            times = {} if live else {"start_time": source.start_time, "end_time": source.end_time}
            order: dict[str, Any] = {
                "channels": channels,
                "nfft": NFFT,
                "height": HEIGHT,
                "frequency_range": (LOWEST_HZ, HIGHEST_HZ),
                "source": source.name,
            }
            answer = jobs.enter_context(focus.configured(**{**order, **times, **more}))
            return Job(channels=channels, answer=answer, source=source)

        yield make


def _source(offered: SourceList, live: bool, name: str) -> FocusSource:
    """The first live one, or the recorded one of this name (the first for none); skips where there is none."""
    found = [one for one in offered.sources if one.live == live and (live or name in ("", one.name))]
    if not found:
        pytest.skip(f"the server has no {'live' if live else 'recorded'} source {name}".rstrip())
    return found[0]


@pytest.fixture
def job(configure: Configure) -> Job:
    """A job of the whole recording."""
    return configure()


@pytest.fixture
def client() -> Iterator[GrpcStreamClient]:
    """A client, disconnected after the test."""
    made = GrpcStreamClient(connection_timeout=10)
    yield made
    made.disconnect()


@pytest.fixture
def connected(client: GrpcStreamClient, job: Job) -> GrpcStreamClient:
    """The client, connected to where the answer says."""
    assert client.connect(job.answer.stream_url, job.answer.stream_port)
    return client
