"""Sources that are open, for whoever needs them."""

import numpy as np
import pytest

from nexy.contracts.errors import ValidationFailed
from nexy.modules.sensor_streams.sources.sample_source import SampleSource
from nexy.modules.sensor_streams.sources.spec import SourceSpec
from nexy.modules.sensor_streams.workers.shelf import Shelf
from support.fake_fibre import MemorySource, spec


def test_a_source_is_open_once_and_as_long_as_it_is_needed() -> None:
    """Two users share it; the last to go closes it; the next opens it anew."""
    opened: list[MemorySource] = []

    def open_source(_spec: SourceSpec) -> SampleSource:
        opened.append(MemorySource(np.zeros((8, 100), np.float32)))
        return opened[-1]

    shelf = Shelf(open_source)
    with shelf.lent(spec()) as one:
        with shelf.lent(spec()) as other:
            assert one is other
            assert other.read(0, 10, 1, 8).shape == (8, 10)
        assert opened[0].closed == 0
        with shelf.lent(spec("other")):
            assert len(opened) == 2
        assert (one.available(), one.facts.channels) == (100, 8)
    assert [source.closed for source in opened] == [1, 1]
    with shelf.lent(spec()):
        assert len(opened) == 3


def test_a_source_that_does_not_open_leaves_nothing() -> None:
    """The error passes, and the next try opens it again."""
    tries: list[int] = []

    def open_source(_spec: SourceSpec) -> SampleSource:
        tries.append(1)
        raise ValidationFailed("there is no file")

    shelf = Shelf(open_source)
    for _ in range(2):
        with pytest.raises(ValidationFailed), shelf.lent(spec()):
            pass
    assert len(tries) == 2
