from collections.abc import Iterator

import pytest

from nexy.modules.sensor_streams.sources.opening import open_source
from nexy.modules.sensor_streams.sources.sample_source import SampleSource
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from support.sources import Clock, Open


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def opened(clock: Clock) -> Iterator[Open]:
    """Opens sources on the test's clock and closes them after it: `opened("recording", path, band="1")`."""
    sources: list[SampleSource] = []

    def open_one(kind: str, address: object = "", **options: str) -> SampleSource:
        spec = SourceSpec(name="well", kind=kind, address=str(address), options=tuple(options.items()))
        sources.append(open_source(spec, now_ns=clock))
        return sources[-1]

    yield open_one
    for source in sources:
        source.close()
        source.close()
