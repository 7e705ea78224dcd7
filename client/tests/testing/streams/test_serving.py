"""Both doors of the fault server on loopback."""

import json
import urllib.error
import urllib.request
from typing import Any

import grpc
import pytest

from nexy_client.testing.streams.answer import order_for
from nexy_client.testing.streams.fault_server import SERVICE
from nexy_client.testing.streams.plan import JOB_ID, StreamPlan
from nexy_client.testing.streams.playbook import Playbook
from nexy_client.testing.streams.serving import Served, serve_playbook
from nexy_protocol import datastream_pb2 as pb

SMALL = Playbook(plan=StreamPlan(rows=3, sensors=2, bins=4, nan_channels=(101,)))


def ask(served: Served, path: str, method: str = "GET", body: Any = None) -> Any:
    """The JSON of a reply."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{served.rest_url}/focus-server/{path}", data, method=method)
    with urllib.request.urlopen(request, timeout=5) as reply:
        return json.load(reply)


def stream(port: int, request: pb.StreamRequest) -> list[pb.DataStream]:
    """The messages of one call."""
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        method: Any = channel.unary_stream(
            f"/{SERVICE}/StreamSpectrograms",
            request_serializer=pb.StreamRequest.SerializeToString,
            response_deserializer=pb.DataStream.FromString,
        )
        return list(method(request, timeout=5))


def test_the_answer_leads_to_the_stream() -> None:
    """Configure, then read the job at the port that was named."""
    with serve_playbook(SMALL) as served:
        answer = ask(served, "configure", "POST", order_for(SMALL.plan))
        frames = stream(answer["stream_port"], pb.StreamRequest(job_id=answer["job_id"]))
    assert [frame.frame_number for frame in frames] == [1, 2, 3, 3]
    assert frames[-1].end_of_stream
    assert answer["channel_to_stream_index"] == {"100": 0, "101": 0}
    assert all(frame.server_timestamp > 0 for frame in frames)


def test_the_other_answers_are_there() -> None:
    """The fibre, the job, its end, and 404 for what is not there."""
    with serve_playbook(SMALL) as served:
        assert ask(served, "channels") == {"lowest_channel": 100, "highest_channel": 101}
        assert ask(served, "live_metadata")["nan_channels"] == [101]
        assert ask(served, f"metadata/{JOB_ID}")["rows"] == 3
        assert ask(served, f"jobs/{JOB_ID}")["status"] == "running"
        assert ask(served, f"jobs/{JOB_ID}", "DELETE")["status"] == "cancelled"
        assert ask(served, "recordings_in_time_range", "POST", {"start_time": 0, "end_time": 1}) == {"recordings": []}
        for path in ("jobs/12-1", "nothing"):
            with pytest.raises(urllib.error.HTTPError, match="404") as refused:
                ask(served, path)
            refused.value.close()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (pb.StreamRequest(job_id="12-1"), grpc.StatusCode.NOT_FOUND),
        (pb.StreamRequest(job_id=JOB_ID, stream_id=1), grpc.StatusCode.INVALID_ARGUMENT),
    ],
)
def test_what_is_not_there_is_refused(request_: pb.StreamRequest, status: grpc.StatusCode) -> None:
    """An unknown job, an unknown stream."""
    with serve_playbook(SMALL) as served, pytest.raises(grpc.RpcError) as refused:
        stream(served.stream_port, request_)
    assert refused.value.code() is status


@pytest.mark.parametrize("mute", [Playbook(closed=True), Playbook(silent=True)], ids=["closed", "silent"])
def test_nothing_answers_at_a_mute_port(mute: Playbook) -> None:
    """It refuses, or accepts and says nothing."""
    with serve_playbook(mute) as served, grpc.insecure_channel(f"127.0.0.1:{served.stream_port}") as channel:
        with pytest.raises(grpc.FutureTimeoutError):
            grpc.channel_ready_future(channel).result(timeout=0.3)
