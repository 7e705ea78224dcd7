"""The endpoints of /focus-server/*."""

from collections.abc import Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from nexy.config.api_section import ApiConfig
from nexy.contracts.errors import NotFound, ValidationFailed
from nexy.transport.http_service.endpoint import Door, Endpoint, json_reply
from nexy.transport.http_service.focus import shapes
from nexy.transport.http_service.focus.guard import Guard, guarded
from nexy.transport.http_service.focus.refusals import FOCUS_HANDLERS
from nexy.transport.http_service.focus.translation import (
    configure_reply,
    job_reply,
    live_metadata_reply,
    metadata_reply,
    order_of,
    source_name,
    source_replies,
)
from nexy.transport.http_service.json_body import decoded, read_body
from nexy.utils.addresses import host_of
from nexy.workflows.sensor_stream import SensorStreamWorkflowIntegration

PREFIX = "/focus-server"
_SOURCE = {"source": "the name of a source; the default one without it"}
_endpoint = partial(Endpoint, refusal=shapes.Refusal)


def focus_door(
    workflow: SensorStreamWorkflowIntegration,
    grpc_port: Callable[[], int],
    version: str,
    config: ApiConfig,
    guard: Guard | None = None,
) -> Door:
    """The door; `grpc_port` is asked when a job is configured, `guard` about whatever tokens and keys come."""
    endpoints = _endpoints(_Handlers(workflow, grpc_port, version, config))
    shown = endpoints if guard is None else guarded(endpoints, guard)
    return Door(prefix=PREFIX, endpoints=shown, exception_handlers=FOCUS_HANDLERS)


class _Handlers:
    """One method for each endpoint: read, hand down, write."""

    def __init__(
        self, workflow: SensorStreamWorkflowIntegration, grpc_port: Callable[[], int], version: str, config: ApiConfig
    ) -> None:
        self._workflow = workflow
        self._grpc_port = grpc_port
        self._version = version
        self._config = config

    async def configure(self, request: Request) -> Response:
        """Begin a job; an unknown source is a wrong value of the body."""
        body = decoded(await read_body(request, self._config), shapes.ConfigureBody)
        try:
            status = await self._workflow.open_job(order_of(body))
        except NotFound as unknown:
            raise ValidationFailed(unknown.message, code="source_not_found", field="source") from unknown
        return json_reply(configure_reply(status, _host(request), self._grpc_port()))

    async def metadata(self, request: Request) -> Response:
        """A job's configure answer again."""
        status = await self._workflow.read_job(request.path_params["job_id"])
        return json_reply(metadata_reply(status, _host(request), self._grpc_port()))

    async def read_job(self, request: Request) -> Response:
        """A job's state."""
        return json_reply(job_reply(await self._workflow.read_job(request.path_params["id"])))

    async def end_job(self, request: Request) -> Response:
        """Cancel a job."""
        return json_reply(job_reply(await self._workflow.end_job(request.path_params["id"])))

    async def ack(self, _: Request) -> Response:
        """Raises `Unavailable` where the part that serves streams does not run."""
        self._workflow.refuse_where_it_does_not_run()
        return json_reply(shapes.AckReply(status="ok", sw_version=self._version))

    async def channels(self, request: Request) -> Response:
        """The channels of a source."""
        facts = await self._workflow.source(source_name(request.query_params.get("source")))
        return json_reply(
            shapes.ChannelsReply(lowest_channel=facts.lowest_channel, highest_channel=facts.highest_channel)
        )

    async def live_metadata(self, request: Request) -> Response:
        """The fibre."""
        facts = await self._workflow.source(source_name(request.query_params.get("source")))
        return json_reply(live_metadata_reply(facts, self._version))

    async def sources(self, _: Request) -> Response:
        """Everything that is configured."""
        found = await self._workflow.sources()
        refused = [shapes.RefusedSource(name=name, reason=reason) for name, reason in found.refused.items()]
        return json_reply(shapes.SourcesReply(sources=source_replies(found.ready), refused=refused))

    async def recordings(self, request: Request) -> Response:
        """What holds samples in a range."""
        body = decoded(await read_body(request, self._config), shapes.TimeRangeBody)
        if body.end_time < body.start_time:
            raise ValidationFailed("end_time: it is before start_time", field="end_time")
        found = await self._workflow.recordings(body.start_time, body.end_time)
        return json_reply(shapes.RecordingsReply(recordings=source_replies(found)))


def _host(request: Request) -> str:
    return host_of(request.headers.get("host", "")) or str((request.scope.get("server") or ("",))[0])


def _endpoints(handlers: _Handlers) -> tuple[Endpoint, ...]:
    return (
        _endpoint(path=f"{PREFIX}/ack", summary="Whether streams are served", handler=handlers.ack,
                  reply=shapes.AckReply),
        _endpoint(path=f"{PREFIX}/configure", summary="Begin a job of sensor streams", handler=handlers.configure,
                  method="POST", body=shapes.ConfigureBody, reply=shapes.ConfigureReply),
        _endpoint(path=f"{PREFIX}/channels", summary="Channel numbers of a source", handler=handlers.channels,
                  query=_SOURCE, reply=shapes.ChannelsReply),
        _endpoint(path=f"{PREFIX}/live_metadata", summary="The fibre of a source", handler=handlers.live_metadata,
                  query=_SOURCE, reply=shapes.LiveMetadataReply),
        _endpoint(path=f"{PREFIX}/metadata/{{job_id}}", summary="A job's configure answer, and its source",
                  handler=handlers.metadata, reply=shapes.MetadataReply),
        _endpoint(path=f"{PREFIX}/recordings_in_time_range", summary="Recordings that hold samples in a range",
                  handler=handlers.recordings, method="POST", body=shapes.TimeRangeBody,
                  reply=shapes.RecordingsReply),
        _endpoint(path=f"{PREFIX}/sources", summary="Every configured source with its outcome",
                  handler=handlers.sources, reply=shapes.SourcesReply),
        _endpoint(path=f"{PREFIX}/jobs/{{id}}", summary="A job's state", handler=handlers.read_job,
                  reply=shapes.JobReply),
        _endpoint(path=f"{PREFIX}/jobs/{{id}}", summary="Cancel a job", handler=handlers.end_job, method="DELETE",
                  reply=shapes.JobReply),
    )  # fmt: skip
