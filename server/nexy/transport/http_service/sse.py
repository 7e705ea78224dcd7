"""Server-sent events: how every stream of this server begins."""

from nexy.transport.http_service.exchange import Headers

EVENT_STREAM: Headers = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache"),
    # nginx would collect the events.
    (b"x-accel-buffering", b"no"),
)
