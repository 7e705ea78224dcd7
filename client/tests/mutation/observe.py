"""A case, seen by the plain client from the configure answer to the last frame."""

import json
import time
from typing import Any

import grpc
from client.tests.mutation.case import Watching
from client.tests.mutation.wire import CLIENT_BYTES, Wire, call_http, probe, read_stream

from nexy_client.testing.streams.answer import HOST, order_for
from nexy_client.testing.streams.playbook import Playbook
from nexy_client.testing.streams.serving import Served, serve_playbook
from nexy_protocol import datastream_pb2 as pb

CONNECT_SECONDS = 0.7
PREFIX = "/focus-server"


def observe(playbook: Playbook, watching: Watching) -> Wire:
    """Serve the playbook and write down what it does."""
    with serve_playbook(playbook) as served:
        wire = Wire()
        _configure(playbook, served, wire)
        if wire.answer:
            _watch(watching, wire)
        return wire


def _configure(playbook: Playbook, served: Served, wire: Wire) -> None:
    begin = time.monotonic()
    wire.http_status, wire.body = call_http(f"{served.rest_url}{PREFIX}/configure", order_for(playbook.plan))
    wire.configure_seconds = time.monotonic() - begin
    wire.answer = _object(wire.body) if wire.http_status == 200 else {}
    _, job = call_http(f"{served.rest_url}{PREFIX}/jobs/{wire.answer.get('job_id')}")
    wire.job_state = json.loads(job).get("status", "")


def _object(body: bytes) -> dict[str, Any]:
    """The body where it is an object, else an empty one."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _watch(watching: Watching, wire: Wire) -> None:
    port = wire.answer.get("stream_port", 0)
    with _channel(f"{HOST}:{port}", watching) as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=CONNECT_SECONDS)
        except grpc.FutureTimeoutError:
            return
        wire.connected = True
        for stream in range(wire.answer.get("stream_amount", 0)):
            request = pb.StreamRequest(
                job_id=wire.answer.get("job_id", ""),
                stream_id=stream,
                max_frames=watching.max_frames,
                encoding=pb.Encoding.values()[watching.encoding],
            )
            wire.streams[stream] = read_stream(channel, request, watching.patience)
        probe(channel, wire)


def _channel(address: str, watching: Watching) -> grpc.Channel:
    # A pool of its own: connections are otherwise shared between channels of one process.
    options: list[tuple[str, int | str]] = [
        ("grpc.max_receive_message_length", CLIENT_BYTES),
        ("grpc.use_local_subchannel_pool", 1),
    ]
    if watching.root_certificate is None:
        return grpc.insecure_channel(address, options)
    options.append(("grpc.ssl_target_name_override", watching.server_name))
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(watching.root_certificate), options)
