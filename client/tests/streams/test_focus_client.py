"""The REST door: what is asked, what comes back, and every refusal as a sentence."""

from collections.abc import Iterator
from typing import Any

import pytest
from client.tests.streams.focus_stub import ANSWER, FocusStub, serve_stub

from nexy_client.streams import ConfigureAnswer, FocusClient, failure
from nexy_client.streams.focus_decoding import decode_answer


@pytest.fixture
def stub() -> FocusStub:
    return FocusStub()


@pytest.fixture
def client(stub: FocusStub) -> Iterator[FocusClient]:
    with serve_stub(stub) as url:
        yield FocusClient(url, timeout=5)


def order(**more: Any) -> dict[str, Any]:
    return {"channels": (7, 9), "nfft": 256, "height": 100, **more}


def test_a_configure_answer_keeps_every_field(client: FocusClient, stub: FocusStub) -> None:
    """As the contract names them, channels as numbers."""
    stub.body = ANSWER
    answer = client.configure(**order())
    assert answer == ConfigureAnswer(
        **{
            **ANSWER,
            "frequencies_list": (10.0, 20.5),
            "channel_to_stream_index": {7: 0, 8: 0, 9: 1},
        }
    )
    assert (answer.channels_of(0), answer.channels_of(1)) == ((7, 8), (9,))


def test_a_live_order_has_no_times(client: FocusClient, stub: FocusStub) -> None:
    """Both times are null, and what was not given is not sent."""
    stub.body = ANSWER
    client.configure(**order())
    assert stub.requests == [
        (
            "POST",
            "/focus-server/configure",
            {
                "channels": {"min": 7, "max": 9},
                "nfftSelection": 256,
                "displayInfo": {"height": 100},
                "start_time": None,
                "end_time": None,
                "view_type": 0,
            },
        )
    ]


def test_a_whole_order(client: FocusClient, stub: FocusStub) -> None:
    """Every field under its documented name; fractions of seconds stay."""
    stub.body = ANSWER
    client.configure(
        **order(start_time=1.5, end_time=2.25, frequency_range=(5, 80), view_type=2, source="well", display_seconds=10)
    )
    sent = stub.requests[0][2]
    assert (sent["start_time"], sent["end_time"]) == (1.5, 2.25)
    assert sent["frequencyRange"] == {"min": 5, "max": 80}
    assert (sent["view_type"], sent["source"], sent["displayTimeAxisDuration"]) == (2, "well", 10)


def test_a_configured_job_is_ended_with_its_block(client: FocusClient, stub: FocusStub) -> None:
    """Also where the block fails; a job that is gone already is no error."""
    stub.body = ANSWER
    with pytest.raises(KeyError), client.configured(**order()) as answer:
        stub.status, stub.body = 404, {"error": "job 12-70788 not found", "code": "not_found", "details": {}}
        raise KeyError(answer.job_id)
    assert stub.requests[-1][:2] == ("DELETE", "/focus-server/jobs/12-70788")


SOURCE = {"name": "well", "kind": "recording", "live": False, "prr": 200, "samples": None, "dead_channels": [3]}
CALLS: dict[str, tuple[Any, dict[str, Any], str, str]] = {
    "ack": (lambda c: c.ack().sw_version, {"status": "ok", "sw_version": "1"}, "GET /ack", "1"),
    "channels": (
        lambda c: c.channels("a b").highest_channel,
        {"lowest_channel": 1, "highest_channel": 9},
        "GET /channels?source=a+b",
        "9",
    ),
    "live_metadata": (
        lambda c: (c.live_metadata().num_samples_per_trace, c.live_metadata().dx),
        {
            "dx": 1,
            "prr": 200.0,
            "fiber_start_meters": 0,
            "fiber_length_meters": 9.5,
            "sw_version": "1",
            "number_of_channels": 9,
            "fiber_description": "",
            "dtype": "int16",
            "num_samples_per_trace": None,
        },
        "GET /live_metadata",
        "(None, 1.0)",
    ),
    "metadata": (
        lambda c: (c.metadata("12-70788").rows, c.metadata("12-70788").nan_channels),
        {**ANSWER, "source": "well", "prr": 200, "rows": None, "nan_channels": [8]},
        "GET /metadata/12-70788",
        "(None, (8,))",
    ),
    "job": (lambda c: c.job("a/b").status, {"job_id": "a/b", "status": "running"}, "GET /jobs/a%2Fb", "running"),
    "end_job": (lambda c: c.end_job("1").status, {"job_id": "1", "status": "cancelled"}, "DELETE /jobs/1", "cancelled"),
    "sources": (
        lambda c: (c.sources().sources[0].dead_channels, c.sources().refused[0].reason),
        {"sources": [SOURCE], "refused": [{"name": "x", "reason": "all zero"}]},
        "GET /sources",
        "((3,), 'all zero')",
    ),
    "recordings": (
        lambda c: c.recordings_in_time_range(1, 2.5)[0].name,
        {"recordings": [SOURCE]},
        "POST /recordings_in_time_range",
        "well",
    ),
}


@pytest.mark.parametrize(("ask", "body", "request_line", "wanted"), CALLS.values(), ids=CALLS.keys())
def test_every_other_question(
    client: FocusClient, stub: FocusStub, ask: Any, body: dict[str, Any], request_line: str, wanted: str
) -> None:
    """The documented path, and the answer as data; a newer server's fields are no harm."""
    stub.body = {**body, "later": {"than": "we know"}}
    assert str(ask(client)) == wanted
    method, path, _ = stub.requests[0]
    assert f"{method} {path.removeprefix('/focus-server')}" == request_line


def test_the_api_key_goes_with_every_request(stub: FocusStub) -> None:
    """As the ingress wants it; without a key there is no header."""
    with serve_stub(stub) as url:
        FocusClient(url, api_key="k1").ack()
        FocusClient(url).ack()
    assert stub.keys == ["Bearer k1", None]


REFUSED = {"error": "nfftSelection: 300 is no power of two", "code": "bad_nfft", "details": {"field": "nfftSelection"}}
REFUSALS: dict[str, tuple[int, Any, type[failure.StreamError], str]] = {
    "bad request": (400, REFUSED, failure.RequestRefused, "refuses: nfftSelection: 300 is no power of two"),
    "no key": (401, {"error": "who are you"}, failure.RequestRefused, "who are you; pass an api_key"),
    "unknown job": (404, {"error": "job 1 not found"}, failure.JobNotFound, "job 1 not found; configure a new job"),
    "unknown path": (404, {"error": {"code": "not_found", "message": "nothing"}}, failure.RequestRefused, "nothing"),
    "too many": (429, {"error": "30 jobs run"}, failure.ServerBusy, "30 jobs run; try again in 60 s, or end a job"),
    "not serving": (503, {"error": "stopping"}, failure.ServerLost, "cannot serve streams now: stopping"),
    "defect": (500, b"<html>", failure.StreamFailed, "failed: Internal Server Error"),
    "odd": (418, [1], failure.RequestRefused, "refuses: I'm a Teapot"),
}


@pytest.mark.parametrize(("status", "body", "kind", "words"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refusal_is_a_sentence(
    client: FocusClient, stub: FocusStub, status: int, body: Any, kind: type[failure.StreamError], words: str
) -> None:
    """In the server's words where it has any."""
    stub.status, stub.body, stub.headers = status, body, {"Retry-After": "60"}
    with pytest.raises(kind, match=words) as refused:
        client.ack()
    assert refused.value.status == str(status)


def test_a_refusal_names_the_field(client: FocusClient, stub: FocusStub) -> None:
    """For programs, beside the words."""
    stub.status, stub.body = 400, REFUSED
    with pytest.raises(failure.RequestRefused) as refused:
        client.configure(**order())
    assert (refused.value.server_code, refused.value.field) == ("bad_nfft", "nfftSelection")


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in ANSWER.items() if key != name}


BROKEN: dict[str, tuple[Any, str]] = {
    "no JSON": (b"<html>", "did not answer with JSON"),
    "a list": ([], "the whole is"),
    "a field is missing": (without("lines_dt"), "lines_dt is missing"),
    "a text for a number": ({**ANSWER, "lines_dt": "0.04"}, 'lines_dt is "0.04"'),
    "a bool for a number": ({**ANSWER, "hop": True}, "hop is true"),
    "null for a number": ({**ANSWER, "hop": None}, "hop is null"),
    "a text in the list": ({**ANSWER, "frequencies_list": [1, "2"]}, r'frequencies_list\[1\] is "2"'),
    "a channel that is none": ({**ANSWER, "channel_to_stream_index": {"x": 0}}, "the key 'x'"),
    "a port that is none": ({**ANSWER, "stream_port": 1.5}, "stream_port is 1.5"),
}


@pytest.mark.parametrize(("body", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_an_answer_that_breaks_the_contract_is_told(
    client: FocusClient, stub: FocusStub, body: Any, words: str
) -> None:
    """The field is named; nothing is guessed."""
    stub.body = body
    with pytest.raises(failure.AnswerUnreadable, match=words):
        client.configure(**order())


def test_an_older_server_says_less() -> None:
    """Fields that the first documents do not have may be missing; a port may be text."""
    old = {key: value for key, value in ANSWER.items() if key not in ("hop", "nfft_effective", "intensity_unit")}
    answer = decode_answer(FocusStub(body={**old, "stream_port": "50051"}).raw, ConfigureAnswer, "x")
    assert (answer.hop, answer.intensity_unit, answer.stream_port) == (0, "", "50051")


def test_an_endless_answer_is_cut(stub: FocusStub) -> None:
    """A client does not fill its memory for a server."""
    stub.body = b" " * (16 * 1024 * 1024 + 1)
    with serve_stub(stub) as url, pytest.raises(failure.AnswerUnreadable, match="more than"):
        FocusClient(url).ack()


def test_advice_is_not_given_twice(client: FocusClient, stub: FocusStub) -> None:
    """Our server says itself what to do about a job that is gone."""
    stub.status, stub.body = 404, {"error": "job 1 not found: it has expired; configure a new one"}
    with pytest.raises(failure.JobNotFound) as gone:
        client.job("1")
    assert str(gone.value).count("configure a new") == 1
