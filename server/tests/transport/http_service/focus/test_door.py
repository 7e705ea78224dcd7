"""/focus-server/*: the documented answers, and refusals that name the field."""

import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from nexy.contracts.errors import Internal, NexyError, Unavailable, ValidationFailed
from nexy.contracts.streams import ViewType
from nexy.transport.http_service.focus.refusals import FOCUS_HANDLERS
from nexy.transport.http_service.focus.shapes import ConfigureBody
from nexy.transport.http_service.json_body import decoded
from support.asgi import fetch
from support.focus import BODY, focus
from support.sensor_parts import FACTS, JOB, SensorScript

CONFIGURED = {
    "status", "job_id", "stream_url", "stream_port", "frequencies_list", "frequencies_amount", "lines_dt",
    "channel_to_stream_index", "stream_amount", "channel_amount", "view_type", "intensity_unit", "hop",
    "nfft_effective", "created_at",
}  # fmt: skip


async def test_configure_answers_with_every_documented_field(tmp_path: Path) -> None:
    """Field names, types and values are the contract's."""
    async with focus(tmp_path, SensorScript(rows=None, sensors=4, streams=2)) as door:
        answer = await door.post("configure", BODY | {"view_type": 2, "somethingOld": [1, 2]})
        (order,) = door.script.orders
    assert answer.status == 200
    told = answer.json
    assert set(told) == CONFIGURED
    assert (told["job_id"], told["status"]) == (JOB, "running")
    assert (told["stream_url"], told["stream_port"]) == ("fibre.example", 50051)
    assert told["frequencies_list"] == [0.0, 1.0, 2.0]
    assert told["frequencies_amount"] == 3
    assert told["channel_to_stream_index"] == {str(channel): (channel - 1) // 4 for channel in range(1, 9)}
    assert (told["stream_amount"], told["channel_amount"], told["view_type"]) == (2, 8, 2)
    assert (told["intensity_unit"], told["lines_dt"], told["hop"]) == ("strain/s", 0.0390625, 39)
    assert (told["nfft_effective"], told["created_at"]) == (1024, 1_700_000_000.5)
    assert (order.nfft, order.height, order.first_channel, order.last_channel) == (1024, 3, 1, 8)
    assert (order.lowest_hz, order.highest_hz, order.start_s, order.end_s) == (0, 450.5, None, None)
    assert (order.view, order.source) == (ViewType.WATERFALL, "")


async def test_times_may_have_fractions_and_a_source_a_name(tmp_path: Path) -> None:
    """What was sent arrives exactly; what may be left out may also be null."""
    body = BODY | {"start_time": 1_700_000_000.25, "end_time": 1_700_000_009.5, "source": "well"}
    async with focus(tmp_path, SensorScript(rows=3)) as door:
        answer = await door.post("configure", body | {"frequencyRange": None, "displayTimeAxisDuration": None})
        (order,) = door.script.orders
    assert answer.status == 200
    assert (order.start_s, order.end_s) == (1_700_000_000.25, 1_700_000_009.5)
    assert (order.lowest_hz, order.highest_hz, order.source) == (None, None, "well")


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("fibre.example:8000", "fibre.example"),
        ("fibre.example", "fibre.example"),
        ("10.10.100.100:80", "10.10.100.100"),
        ("[::1]:8000", "::1"),
        ("[fe80::1]", "fe80::1"),
        ("", "test"),
    ],
)
async def test_the_stream_is_where_the_request_went(tmp_path: Path, host: str, url: str) -> None:
    """The bare host that the client reached us by: no port, no brackets, no scheme."""
    async with focus(tmp_path) as door:
        assert (await door.post("configure", BODY, host=host)).json["stream_url"] == url


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"nfftSelection": "1024"}, "nfftSelection"),
    ({"nfftSelection": None}, "nfftSelection"),
    ({"nfftSelection": 10**30}, "nfftSelection"),
    ({"nfftSelection": 0}, "nfftSelection"),
    ({"displayInfo": {}}, "displayInfo.height"),
    ({"displayInfo": {"height": 0}}, "displayInfo.height"),
    ({"displayInfo": 5}, "displayInfo"),
    ({"channels": {"min": 1}}, "channels.max"),
    ({"channels": {"min": -1, "max": 3}}, "channels.min"),
    ({"channels": [1, 3]}, "channels"),
    ({"frequencyRange": {"min": -1, "max": 3}}, "frequencyRange.min"),
    ({"frequencyRange": {"min": 1, "max": float("nan")}}, "frequencyRange.max"),
    ({"start_time": 1.0}, "end_time"),
    ({"end_time": 1.0}, "start_time"),
    ({"start_time": -5, "end_time": 1}, "start_time"),
    ({"start_time": 1, "end_time": 1e300}, "end_time"),
    ({"start_time": float("inf"), "end_time": 1}, "start_time"),
    ({"view_type": 3}, "view_type"),
    ({"view_type": "0"}, "view_type"),
    ({"view_type": True}, "view_type"),
    ({"source": "/etc/passwd"}, "source"),
    ({"source": "../well"}, "source"),
    ({"source": "file:well.h5"}, "source"),
    ({"source": "C:\\well.h5"}, "source"),
    ({"source": "nobody"}, "source"),
    ({"source": 5}, "source"),
    ({"source": "x" * 10_000}, "source"),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
async def test_a_wrong_value_is_400_and_names_its_field(tmp_path: Path, change: dict[str, Any], field: str) -> None:
    """{error, code, details: {field}}; no job is begun."""
    async with focus(tmp_path) as door:
        answer = await door.post("configure", BODY | change)
        assert door.script.orders == []
    assert answer.status == 400
    assert set(answer.json) == {"error", "code", "details"}
    assert answer.json["details"] == {"field": field}
    assert answer.json["error"].startswith(f"{field}:")
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize("field", ["nfftSelection", "displayInfo", "channels", "start_time", "end_time", "view_type"])
async def test_a_missing_field_is_named(tmp_path: Path, field: str) -> None:
    """Both times have to be there, if only as null: a wrong name must not be taken for live."""
    async with focus(tmp_path) as door:
        answer = await door.post("configure", {name: value for name, value in BODY.items() if name != field})
    assert (answer.status, answer.json["details"]) == (400, {"field": field})
    assert "missing" in answer.json["error"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"a":' * 50_000, b'"text"'])
async def test_a_body_that_is_no_object_is_400(tmp_path: Path, body: bytes) -> None:
    """Also where it is nested without end."""
    async with focus(tmp_path, max_body_bytes=1_000_000) as door:
        for path in ("configure", "recordings_in_time_range"):
            answer = await door.post(path, body)
            assert (answer.status, answer.json["details"]) == (400, {"field": "body"})


@given(body=st.binary(max_size=200) | st.from_regex(rb'\{"nfftSelection":[^}]*\}', fullmatch=True))
def test_no_bytes_are_more_than_a_refusal(body: bytes) -> None:
    """Whatever comes is a body or a refusal, never a defect."""
    with suppress(ValidationFailed):
        assert isinstance(decoded(body, ConfigureBody), ConfigureBody)


async def test_a_body_over_the_limit_is_413(tmp_path: Path) -> None:
    """In the form of this door."""
    async with focus(tmp_path, max_body_bytes=100) as door:
        answer = await door.post("configure", BODY)
    assert (answer.status, answer.json["code"], answer.json["details"]) == (413, "too_large", {"field": "body"})


async def test_the_31st_job_is_429_with_a_time(tmp_path: Path) -> None:
    """Retry-After tells when."""
    async with focus(tmp_path, SensorScript(rows=None, jobs_left=0)) as door:
        answer = await door.post("configure", BODY)
    assert (answer.status, answer.json["code"]) == (429, "rate_limited")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(("path", "method"), [("jobs/1-1", "GET"), ("jobs/1-1", "DELETE"), ("metadata/1-1", "GET")])
async def test_an_unknown_job_is_404(tmp_path: Path, path: str, method: str) -> None:
    """job … not found, by each of its doors."""
    async with focus(tmp_path) as door:
        answer = await door.ask(path, method)
    assert (answer.status, answer.json["code"]) == (404, "not_found")
    assert answer.json["error"] == "job 1-1 not found"


async def test_a_job_is_read_and_cancelled(tmp_path: Path) -> None:
    """State, viewers, frames; DELETE twice changes nothing more."""
    async with focus(tmp_path, SensorScript(rows=3)) as door:
        job = (await door.post("configure", BODY)).json["job_id"]
        told = (await door.ask(f"jobs/{job}")).json
        assert (told["status"], told["viewers"], told["rows"], told["problem"]) == ("running", 0, 3, "")
        for _ in range(2):
            assert (await door.ask(f"jobs/{job}", "DELETE")).json["status"] == "cancelled"


async def test_metadata_repeats_the_configure_answer_and_flags_channels(tmp_path: Path) -> None:
    """Dead and NaN channels are told for what the job shows, here 1 to 8."""
    async with focus(tmp_path, SensorScript(rows=3)) as door:
        configured = (await door.post("configure", BODY)).json
        told = (await door.ask(f"metadata/{JOB}")).json
    assert {name: told[name] for name in CONFIGURED} == configured
    assert (told["dead_channels"], told["nan_channels"]) == ([7], [8])
    assert (told["source"], told["prr"], told["rows"]) == ("well", 1000.0, 3)


async def test_the_fibre_is_described(tmp_path: Path) -> None:
    """/ack, /channels and /live_metadata with exactly the documented names and the flags beside them."""
    async with focus(tmp_path) as door:
        assert (await door.ask("ack")).json == {"status": "ok", "sw_version": "1.2.3"}
        assert (await door.ask("channels")).json == {"lowest_channel": 1, "highest_channel": 100}
        told = (await door.ask("live_metadata", query="source=well")).json
    assert told == {
        "dx": 1.5, "prr": 1000.0, "fiber_start_meters": 3.0, "fiber_length_meters": 150.0, "sw_version": "1.2.3",
        "number_of_channels": 100, "fiber_description": "a well", "dtype": "int16", "num_samples_per_trace": 10_000,
        "source": "well", "intensity_unit": "strain/s", "dead_channels": [7, 90], "nan_channels": [8],
        "lowest_channel": 1, "delivers_in_pieces_s": 0.0, "band_energy": False,
    }  # fmt: skip


@pytest.mark.parametrize(("name", "status"), [("nobody", 404), ("/etc/passwd", 400)])
async def test_a_source_in_the_query_is_a_name(tmp_path: Path, name: str, status: int) -> None:
    """An unknown one is not found, a path is refused."""
    async with focus(tmp_path) as door:
        answer = await door.ask("channels", query=f"source={name}")
    assert (answer.status, answer.json["details"]) == (status, {"field": "source"})


async def test_sources_are_listed_with_what_was_refused(tmp_path: Path) -> None:
    """Both, each with its name."""
    async with focus(tmp_path, SensorScript(parts={"dead": "every sample is zero"})) as door:
        told = (await door.ask("sources")).json
    (ready,) = told["sources"]
    assert (ready["name"], ready["number_of_channels"], ready["nan_channels"]) == ("well", 100, [8])
    assert ready["end_time"] - ready["start_time"] == pytest.approx(10.0)
    assert told["refused"] == [{"name": "dead", "reason": "every sample is zero"}]


async def test_recordings_are_found_by_time(tmp_path: Path) -> None:
    """Inside, outside, and the wrong way round."""
    start = FACTS.start_ns / 1e9
    async with focus(tmp_path) as door:
        found = await door.post("recordings_in_time_range", {"start_time": start - 0.5, "end_time": start + 1})
        assert [one["name"] for one in found.json["recordings"]] == ["well"]
        missed = await door.post("recordings_in_time_range", {"start_time": 1, "end_time": 2})
        assert missed.json == {"recordings": []}
        turned = await door.post("recordings_in_time_range", {"start_time": 2, "end_time": 1})
        assert (turned.status, turned.json["details"]) == (400, {"field": "end_time"})


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("nowhere", "GET", 404), ("configure", "GET", 405), ("jobs/1-1/", "DELETE", 404), ("jobs/1\n1", "GET", 404)],
)
async def test_what_the_framework_refuses_has_the_form_of_this_door(
    tmp_path: Path, path: str, method: str, status: int
) -> None:
    """Unknown paths and wrong methods too."""
    async with focus(tmp_path) as door:
        answer = await door.ask(path, method)
    assert answer.status == status
    assert set(answer.json) == {"error", "code", "details"}


async def test_failures_of_ours_have_their_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed source is 500 with its sentence, a defect 500 without, a server that stops 503."""
    async with focus(tmp_path) as door:

        async def broken(_: str) -> None:
            raise error

        monkeypatch.setattr(door.workflow, "read_job", broken)
        error: Exception = Internal("the file has become shorter", code="source_broken")
        answer = await door.ask("jobs/1-1")
        assert (answer.status, answer.json["code"]) == (500, "source_broken")
        error = ZeroDivisionError("a secret")
        answer = await door.ask("jobs/1-1")
        assert (answer.status, answer.json["code"]) == (500, "internal")
        assert "secret" not in answer.body.decode()
        door.workflow.drain()
        for answer in (await door.post("configure", BODY), await door.ask("ack")):
            assert (answer.status, answer.json["code"]) == (503, "shutting_down")


async def test_the_description_has_bodies_places_and_refusals(tmp_path: Path) -> None:
    """OpenAPI: every path and method of the door, its parameters, body, reply and form of refusal."""
    async with focus(tmp_path) as door:
        described = (await fetch(door.app, "/openapi.json")).json
    paths = described["paths"]
    assert {path for path in paths if path.startswith("/focus-server/")} == {
        f"/focus-server/{name}" for name in (
            "ack", "configure", "channels", "live_metadata", "metadata/{job_id}", "recordings_in_time_range",
            "sources", "jobs/{id}",
        )
    }  # fmt: skip
    assert set(paths["/focus-server/jobs/{id}"]) == {"get", "delete"}
    configure = paths["/focus-server/configure"]["post"]
    sent = configure["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    properties = described["components"]["schemas"][sent]["properties"]
    assert {"nfftSelection", "displayInfo", "frequencyRange", "displayTimeAxisDuration"} <= set(properties)
    refused = configure["responses"]["default"]["content"]["application/json"]["schema"]["$ref"]
    assert refused.endswith("/Refusal")
    assert paths["/focus-server/metadata/{job_id}"]["get"]["parameters"][0]["name"] == "job_id"
    assert paths["/focus-server/channels"]["get"]["parameters"][0]["in"] == "query"
    ids = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert len(set(ids)) == len(ids)


async def test_metrics_name_a_path_and_not_what_stands_in_it(tmp_path: Path) -> None:
    """However many jobs are asked for, there is one label."""
    async with focus(tmp_path) as door:
        for number in range(3):
            await door.ask(f"jobs/1-{number}")
            await door.ask(f"nowhere/{number}")
        figures = door.metrics.exposition().decode()
    assert 'http_requests_total{method="GET",path="/focus-server/jobs/{id}",status="404"} 3.0' in figures
    assert 'http_requests_total{method="GET",path="other",status="404"} 3.0' in figures


@pytest.mark.parametrize(
    ("problem", "level", "retry"),
    [
        (Unavailable("it waits", retry_after_seconds=5.0), logging.INFO, "5"),
        (Unavailable("it is down"), logging.WARNING, None),
    ],
)
async def test_what_mends_itself_warns_nobody(
    problem: Unavailable, level: int, retry: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """A client that asks again and again for a folder that waits fills no terminal; a part that is down is told."""
    request = Request({"type": "http", "method": "GET", "path": "/focus-server/sources", "headers": []})
    with caplog.at_level(logging.INFO, "nexy.http"):
        reply = await FOCUS_HANDLERS[NexyError](request, problem)
    assert (reply.status_code, reply.headers.get("retry-after")) == (503, retry)
    assert [record.levelno for record in caplog.records] == [level]


async def test_a_refused_job_leaves_a_decision_and_not_what_was_sent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One line with the code and the field; a limit, which is for the server's owner, as well."""
    with caplog.at_level("INFO", "nexy.http"):
        async with focus(tmp_path, SensorScript(rows=None, jobs_left=0)) as door:
            await door.post("configure", BODY | {"nfftSelection": "top secret"})
            await door.post("configure", BODY)
    lines = [vars(record) for record in caplog.records if record.name == "nexy.http"]
    assert [line["decision"] for line in lines] == ["abort", "abort"]
    assert [(line["ctx"]["status"], line["ctx"]["field"]) for line in lines] == [(400, "nfftSelection"), (429, "")]
    assert lines[0]["method"] == "POST /focus-server/configure"
    assert "top secret" not in str(lines)
