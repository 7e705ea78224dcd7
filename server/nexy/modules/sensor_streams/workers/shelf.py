"""The sources that a worker has open."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from nexy.contracts.streams import SourceFacts
from nexy.modules.sensor_streams.sources.sample_source import Samples, SampleSource
from nexy.modules.sensor_streams.sources.spec import SourceSpec

OpenSource = Callable[[SourceSpec], SampleSource]


class SharedSource:
    """One open source for several threads; a port is used by one of them at a time."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.users = 0
        self.source: SampleSource | None = None

    def opened(self, open_source: OpenSource, spec: SourceSpec) -> SampleSource:
        """The source, opened by whoever comes first."""
        if self.source is None:
            self.source = open_source(spec)
        return self.source

    @property
    def _port(self) -> SampleSource:
        assert self.source is not None
        return self.source

    @property
    def facts(self) -> SourceFacts:
        """What is known of it now."""
        with self.lock:
            return self._port.facts

    def available(self) -> int:
        """How many samples there are."""
        with self.lock:
            return self._port.available()

    def read(self, first_sample: int, samples: int, first_channel: int, channels: int) -> Samples:
        """What the port reads."""
        with self.lock:
            return self._port.read(first_sample, samples, first_channel, channels)


class Shelf:
    """Opens each source once however many ask, and closes it when the last has gone."""

    def __init__(self, open_source: OpenSource) -> None:
        self._open_source = open_source
        self._lock = Lock()
        self._shared: dict[SourceSpec, SharedSource] = {}

    @contextmanager
    def lent(self, spec: SourceSpec) -> Iterator[SharedSource]:
        """The source for as long as the block lasts; raises what opening it raises."""
        with self._lock:
            shared = self._shared.setdefault(spec, SharedSource())
            shared.users += 1
        try:
            with shared.lock:
                shared.opened(self._open_source, spec)
            yield shared
        finally:
            self._give_back(spec, shared)

    def _give_back(self, spec: SourceSpec, shared: SharedSource) -> None:
        with self._lock:
            shared.users -= 1
            if shared.users:
                return
            del self._shared[spec]
        if shared.source is not None:
            shared.source.close()
