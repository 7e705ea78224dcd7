"""The figures of sensor streams, in the registry of the service's other figures."""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge


class StreamMetrics:
    """Counts frames and bytes by encoding, drops, and who watches; one for a server."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._frames = Counter("nexy_stream_frames", "Frames sent to viewers.", ("encoding",), registry=registry)
        self._bytes = Counter("nexy_stream_bytes", "Bytes of frames sent.", ("encoding",), registry=registry)
        self._dropped = Counter("nexy_stream_dropped_frames", "Frames that slow viewers lost.", registry=registry)
        self._viewers = Gauge("nexy_stream_viewers", "Viewers of streams now.", registry=registry)
        # Looking a child up by labels costs more than counting does; the encodings are a closed set.
        self._children: dict[str, tuple[Counter, Counter]] = {}

    def sent(self, encoding: str, size: int) -> None:
        """Count one frame of so many bytes."""
        children = self._children.get(encoding)
        if children is None:
            children = self._children[encoding] = (self._frames.labels(encoding), self._bytes.labels(encoding))
        frames, sizes = children
        frames.inc()
        sizes.inc(size)

    def dropped(self, frames: int) -> None:
        """Count frames that one viewer lost."""
        if frames > 0:
            self._dropped.inc(frames)

    @contextmanager
    def viewer(self) -> Iterator[None]:
        """Count one viewer for as long as the block lasts."""
        self._viewers.inc()
        try:
            yield
        finally:
            self._viewers.dec()
