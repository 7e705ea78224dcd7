"""A scripted server of streams, for both clients."""

from collections.abc import Iterator

import pytest
from client.tests.streams.examples import Kind

from nexy_client.testing.scripted_streams import ScriptedStreams, serve_streams


@pytest.fixture
def streams() -> ScriptedStreams:
    """The server's script, to be bent by the test."""
    return ScriptedStreams()


@pytest.fixture
def port(streams: ScriptedStreams) -> Iterator[int]:
    """Where the scripted server listens."""
    with serve_streams(streams) as bound:
        yield bound


@pytest.fixture(params=["sync", "asyncio"])
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each behaviour is the same in both clients."""
    found: Kind = request.param
    return found
