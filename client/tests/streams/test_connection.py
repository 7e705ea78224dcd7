"""Connecting and disconnecting, both clients; what is special to one of them."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import aclosing

import grpc
import pytest
from client.tests.streams.examples import QUICK, Kind, frame_bytes, watch

from nexy_client.streams import AsyncGrpcStreamClient, GrpcStreamClient, ServiceHealth, failure
from nexy_client.testing.scripted_streams import ScriptedStreams, serve_streams
from nexy_client.testing.steps import Finish, Hang


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Something that accepts connections and says nothing."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_a_refused_connection_is_told(kind: Kind, free_port: int) -> None:
    """The address, the reason and what to look at; each try counts as an error of the connection, not of a stream."""
    seen = watch(kind, free_port)
    assert isinstance(seen.error, failure.ConnectionFailed)
    assert f"no connection to 127.0.0.1:{free_port}" in str(seen.error)
    assert "Connection refused" in str(seen.error)
    assert "Is the server running" in str(seen.error)


def test_a_server_that_comes_late_is_found(free_port: int, streams: ScriptedStreams) -> None:
    """The second try succeeds; connect() is one call."""
    client = GrpcStreamClient(**{**QUICK, "retry_delay": 0.3, "retry_attempts": 10})
    up, over = threading.Event(), threading.Event()

    def serve_late() -> None:
        over.wait(0.3)
        with serve_streams(streams, port=free_port):
            up.set()
            over.wait(10)

    serving = threading.Thread(target=serve_late)
    serving.start()
    try:
        assert client.connect("127.0.0.1", free_port)
        assert up.is_set()
    finally:
        client.disconnect()
        over.set()
        serving.join()


def test_an_unknown_host_is_told(kind: Kind) -> None:
    """The host is named."""
    client = GrpcStreamClient(**QUICK) if kind == "sync" else AsyncGrpcStreamClient(**QUICK)
    with pytest.raises(failure.ConnectionFailed, match=r"host 'no-such-host\.invalid' is not known"):
        connected = client.connect("no-such-host.invalid", 5)
        assert not isinstance(connected, bool)
        asyncio.run(connected)  # type: ignore[arg-type]


def test_a_server_that_says_nothing_is_told(kind: Kind, silent_port: int) -> None:
    """connection_timeout bounds the wait."""
    seen = watch(kind, silent_port, {"connection_timeout": 0.3})
    assert isinstance(seen.error, failure.ConnectionFailed)
    assert "did not answer within connection_timeout=0.3 s" in str(seen.error)


def test_a_service_that_hangs_is_told(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """A port that answers is not yet a service that does."""
    streams.health = Hang()
    seen = watch(kind, port, {"connection_timeout": 0.3})
    assert isinstance(seen.error, failure.ConnectionFailed)


def test_a_server_without_check_health_will_do(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """The documents' older servers have none."""
    streams.health = Finish(status=grpc.StatusCode.UNIMPLEMENTED)
    streams.script = lambda _request: [frame_bytes(1)]
    assert watch(kind, port).numbers == [1]


def test_a_missing_key_is_told(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """Not retried, and with what to pass."""
    streams.health = Finish(status=grpc.StatusCode.UNAUTHENTICATED, details="no key")
    seen = watch(kind, port)
    assert isinstance(seen.error, failure.RequestRefused)
    assert "no key; pass the API key as metadata" in str(seen.error)


def test_health_is_told(port: int) -> None:
    """What CheckHealth says, as data; and again through the asynchronous client."""
    wanted = ServiceHealth(healthy=True, version="0.1.0", status="running")

    async def ask() -> ServiceHealth:
        async with AsyncGrpcStreamClient(**QUICK).connect_context("127.0.0.1", port) as client:
            return await client.check_health()

    with GrpcStreamClient(**QUICK).connect_context("127.0.0.1", port) as client:
        assert client.check_health() == wanted
    assert asyncio.run(ask()) == wanted


def test_a_health_question_that_fails_is_told(streams: ScriptedStreams, port: int) -> None:
    """As any other failure, in both clients."""

    async def ask() -> None:
        async with AsyncGrpcStreamClient(**QUICK).connect_context("127.0.0.1", port) as client:
            streams.health = Finish(status=grpc.StatusCode.INTERNAL, details="ill")
            await client.check_health()

    with pytest.raises(failure.StreamFailed, match="ill"):
        asyncio.run(ask())
    streams.health = Finish(status=grpc.StatusCode.UNIMPLEMENTED)
    with GrpcStreamClient(**QUICK).connect_context("127.0.0.1", port) as client:
        with pytest.raises(failure.StreamFailed, match=r"does not serve datastream\.DataStreamService"):
            client.check_health()


def test_without_a_connection_nothing_streams(port: int) -> None:
    """Before connect, and after disconnect; told at once, not with the first frame."""
    client = GrpcStreamClient(**QUICK)
    with pytest.raises(failure.NotConnected, match="connect"):
        client.stream_spectrograms("1-1")
    client.connect("127.0.0.1", port)
    client.disconnect()
    client.disconnect()
    with pytest.raises(failure.NotConnected):
        client.stream_spectrograms("1-1")
    with pytest.raises(failure.NotConnected):
        AsyncGrpcStreamClient().stream_spectrograms("1-1")


def test_disconnecting_ends_a_running_stream(streams: ScriptedStreams, port: int) -> None:
    """The reader learns that it was its own client."""
    streams.script = lambda _request: [frame_bytes(1), Hang()]
    client = GrpcStreamClient(**QUICK)
    client.connect("127.0.0.1", port)
    frames = client.stream_spectrograms("1-1")
    next(frames)
    closing = threading.Timer(0.05, client.disconnect)
    closing.start()
    with pytest.raises(failure.NotConnected, match="disconnected while the stream ran"):
        next(frames)
    closing.join()


async def test_disconnecting_ends_a_running_asynchronous_stream(streams: ScriptedStreams, port: int) -> None:
    """The same in the other client, whether it waits for a frame or is about to."""
    streams.script = lambda _request: [frame_bytes(1), Hang()]
    client = AsyncGrpcStreamClient(**QUICK)
    await client.connect("127.0.0.1", port)
    async with aclosing(client.stream_spectrograms("1-1")) as frames:
        await anext(frames)
        waiting = asyncio.ensure_future(anext(frames))
        for _turn in range(5):
            await asyncio.sleep(0)
        await client.disconnect()
        with pytest.raises(failure.NotConnected):
            await waiting


def test_a_stream_begun_before_a_disconnect_does_not_start(port: int) -> None:
    """A generator that was never asked for a frame finds its connection gone."""
    client = GrpcStreamClient(**QUICK)
    client.connect("127.0.0.1", port)
    frames = client.stream_spectrograms("1-1")
    client.disconnect()
    with pytest.raises(failure.NotConnected):
        next(frames)


async def test_our_own_cancellation_stays_one(streams: ScriptedStreams, port: int) -> None:
    """A task that is cancelled while it waits for a frame ends as cancelled, and the server hears of it."""
    streams.script = lambda _request: [frame_bytes(1), Hang()]
    begun = asyncio.Event()

    async def listen() -> None:
        async with AsyncGrpcStreamClient(**QUICK).connect_context("127.0.0.1", port) as client:
            async with aclosing(client.stream_spectrograms("1-1")) as frames:
                async for _frame in frames:
                    begun.set()

    listening = asyncio.ensure_future(listen())
    await begun.wait()
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening
    assert await asyncio.to_thread(streams.abandoned.wait, 5)


def test_several_streams_share_a_connection(streams: ScriptedStreams, port: int) -> None:
    """Each in a thread of its own, each with its own frames; the metrics count all."""
    streams.script = lambda request: [frame_bytes(number) for number in range(1, 1 + request.stream_id)]
    found: dict[int, int] = {}
    with GrpcStreamClient(**QUICK).connect_context("127.0.0.1", port) as client:

        def read(stream: int) -> None:
            found[stream] = sum(1 for _ in client.stream_spectrograms("1-1", stream_id=stream))

        threads = [threading.Thread(target=read, args=(stream,)) for stream in (1, 20, 30)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == {1: 1, 20: 20, 30: 30}
    assert client.get_metrics().frames_received == 51


def test_connecting_again_leaves_nothing_of_before(streams: ScriptedStreams, port: int) -> None:
    """A client may move from server to server."""
    client = GrpcStreamClient(**QUICK)
    assert client.connect(f"grpc://127.0.0.1:{port}")
    assert client.connect("127.0.0.1", str(port))
    client.disconnect()
    with pytest.raises(failure.AddressInvalid):
        client.connect("127.0.0.1")
