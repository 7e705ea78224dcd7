"""What the contract promises of both clients by name."""

import asyncio
import dataclasses
import inspect
import logging
import subprocess
import sys
import threading

import numpy as np
import pytest
from client.tests.streams.examples import QUICK, Kind, frame_bytes, watch

from nexy_client.streams import AsyncGrpcStreamClient, Encoding, GrpcStreamClient, StreamMetrics, failure
from nexy_client.streams.address import Address
from nexy_client.streams.settings import StreamSettings
from nexy_client.streams.trouble import Teller, Trouble
from nexy_client.testing.scripted_streams import ScriptedStreams, serve_streams
from nexy_client.testing.steps import Hang
from nexy_protocol.frame_codec import encode_end, encode_frame

CLIENTS = (GrpcStreamClient, AsyncGrpcStreamClient)
DOCUMENTED = {
    "connection_timeout": 10,
    "stream_timeout": 300,
    "retry_attempts": 3,
    "retry_delay": 2.0,
    "use_tls": False,
    "ca_certificate": None,
    "server_name": None,
}
OWN = {"gap_timeout": 15.0, "job_start_timeout": 30.0}
FIGURES = {
    "frames_received", "bytes_received", "first_frame_latency", "avg_frame_rate", "jitter", "latency_p50",
    "latency_p95", "latency_p99", "drops", "errors_count", "bandwidth_mb_s",
}  # fmt: skip


@pytest.mark.parametrize("client", CLIENTS)
def test_the_constructor_has_the_documented_arguments(client: type) -> None:
    """Names, order and defaults; our own follow by keyword only."""
    arguments = list(inspect.signature(client).parameters.values())
    documented = arguments[: len(DOCUMENTED)]
    assert {one.name: one.default for one in documented} == DOCUMENTED
    assert [one.name for one in documented] == list(DOCUMENTED)
    rest = {one.name: one for one in arguments[len(DOCUMENTED) :]}
    assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in rest.values())
    assert {name: rest[name].default for name in OWN} == OWN


@pytest.mark.parametrize("name", ["connect", "connect_context", "stream_spectrograms", "disconnect", "get_metrics"])
def test_both_clients_take_the_same_arguments(name: str) -> None:
    """What a program gives to one it can give to the other."""
    sync, twin = (inspect.signature(getattr(client, name)).parameters for client in CLIENTS)
    assert [str(one) for one in sync.values()] == [str(one) for one in twin.values()]


def test_the_metrics_have_the_documented_figures() -> None:
    """Each under its name; ours beside them."""
    assert {field.name for field in dataclasses.fields(StreamMetrics)} >= FIGURES


@pytest.mark.parametrize("encoding", [Encoding.FLOAT, Encoding.PACKED_F32])
def test_an_array_is_a_view_of_what_was_received(
    kind: Kind, streams: ScriptedStreams, port: int, encoding: Encoding
) -> None:
    """No copy between the message and the array: its base is the message itself."""
    message = frame_bytes(1, encoding=encoding)
    streams.script = lambda _request: [message]
    (frame,) = watch(kind, port, encoding=encoding).frames
    array = frame.to_numpy()
    assert array.base == message
    assert not array.flags.owndata
    assert not array.flags.writeable
    assert np.shares_memory(array, frame.rows[0].sensors[2].intensity)


def test_a_frame_just_below_the_limit_arrives(kind: Kind, streams: ScriptedStreams, port: int) -> None:
    """64 MiB is room for 2222 channels of 7500 bins."""
    values = np.full((2222, 7500), 0.5, np.float32)
    extent = {"first_id": 1, "sensors": 2222, "bins": 7500, "start_ms": 1, "end_ms": 40}
    levels = {"highest": 0.5, "lowest": 0.5, "number": 1, "sent_ms": 0}
    streams.script = lambda _request: [encode_frame(values, **extent, **levels, encoding=Encoding.PACKED_F32)]
    seen = watch(kind, port, max_frames=1)
    assert seen.error is None
    assert 66_000_000 < seen.frames[0].size_bytes < 64 * 1024 * 1024
    assert seen.frames[0].to_numpy().shape == values.shape


def test_the_client_works_without_the_server() -> None:
    """With `nexy` and what only the server uses out of reach, everything is imported and a stream is read."""
    program = """
import sys
for name in ("nexy", "scipy", "h5py", "dascore", "pandas", "starlette", "uvicorn", "msgspec", "typer", "rich"):
    sys.modules[name] = None
import nexy_client, nexy_client.streams, nexy_client.validation
assert all(getattr(nexy_client, name) is not None for name in nexy_client.__all__)
with nexy_client.GrpcStreamClient().connect_context("127.0.0.1", sys.argv[1]) as client:
    print([frame.to_numpy().shape for frame in client.stream_spectrograms("1-1")])
"""
    with serve_streams(ScriptedStreams(lambda _request: [frame_bytes(1), encode_end()])) as port:
        done = subprocess.run(
            [sys.executable, "-c", program, str(port)], capture_output=True, text=True, timeout=40, check=False
        )
    assert (done.stdout.strip(), done.stderr) == ("[(5, 4)]", "")


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    kind: Kind, streams: ScriptedStreams, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """gRPC would go through http_proxy even to 127.0.0.1."""
    for name in ("http_proxy", "https_proxy", "grpc_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    streams.script = lambda _request: [frame_bytes(1)]
    assert watch(kind, port).numbers == [1]


@pytest.mark.parametrize(("host", "hinted"), [("10.0.0.7", True), ("127.0.0.1", False), ("localhost", False)])
def test_a_proxy_that_is_in_the_way_is_named(host: str, hinted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is nobody's first thought."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("https_proxy", raising=False)
    monkeypatch.delenv("grpc_proxy", raising=False)
    teller = Teller(address=Address(host=host, port=7, tls=False), settings=StreamSettings())
    told = str(teller.told(Trouble(status="UNAVAILABLE", details="failed to connect to all addresses")))
    assert (f"the proxy of http_proxy, unless no_proxy names {host}" in told) == hinted


def test_each_step_is_logged(kind: Kind, streams: ScriptedStreams, port: int, caplog: pytest.LogCaptureFixture) -> None:
    """Under one name, without keys: connected, which stream, how far it came."""
    caplog.set_level(logging.INFO, "nexy_client.streams")
    streams.script = lambda _request: [frame_bytes(1), frame_bytes(2), encode_end()]
    watch(kind, port, {"metadata": [("authorization", "Bearer secret-key")]})
    said = [record.getMessage() for record in caplog.records]
    assert [words.split(" in ")[0] for words in said] == [
        f"connected to 127.0.0.1:{port}",
        "stream 0 of job 12-70788, after frame 0",
        "the stream has ended after frame 2",
    ]
    assert "secret" not in caplog.text


def test_a_try_to_connect_is_logged(kind: Kind, caplog: pytest.LogCaptureFixture) -> None:
    """With its reason and the pause."""
    caplog.set_level(logging.INFO, "nexy_client.streams")
    watch(kind, 9, {"retry_attempts": 2})
    assert [record.getMessage().endswith("next try in 0.02 s") for record in caplog.records] == [True]


def test_disconnecting_ends_an_attempt_to_connect(streams: ScriptedStreams, port: int) -> None:
    """From another thread, while the server keeps its answer to itself."""
    streams.health = Hang()
    client = GrpcStreamClient(**{**QUICK, "connection_timeout": 30})
    closing = threading.Timer(0.1, client.disconnect)
    closing.start()
    with pytest.raises(failure.NotConnected):
        client.connect("127.0.0.1", port)
    closing.join()


async def test_disconnecting_ends_an_asynchronous_attempt(streams: ScriptedStreams, port: int) -> None:
    """The task that waits is told; it is not cancelled."""
    streams.health = Hang()
    client = AsyncGrpcStreamClient(**{**QUICK, "connection_timeout": 30})
    connecting = asyncio.ensure_future(client.connect("127.0.0.1", port))
    for _turn in range(5):
        await asyncio.sleep(0)
    await client.disconnect()
    with pytest.raises(failure.NotConnected):
        await connecting


def test_a_second_disconnect_meanwhile_is_safe() -> None:
    """Threads may disconnect at the same time: the channel is closed once."""
    client, closed = GrpcStreamClient(), []

    class Channel:
        def close(self) -> None:
            closed.append(self)
            client.disconnect()

    client._channel = Channel()
    client.disconnect()
    assert len(closed) == 1
