"""The cases themselves: every fault is on the wire, and good streams are good, as a plain client sees it."""

import math
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import grpc
import numpy as np
import pytest
from client.tests.mutation.all_cases import FAULTS, GOOD_STREAMS
from client.tests.mutation.case import Category, Fault, GoodStream, Watching
from client.tests.mutation.certificates import OPENSSL
from client.tests.mutation.observe import observe
from client.tests.mutation.topics import MEANINGS, Topic
from client.tests.mutation.wire import StreamWire, Wire

from nexy_client.testing.streams.frames import read_intensities
from nexy_client.testing.streams.playbook import Playbook

pytestmark = pytest.mark.slow
TOGETHER = 6


class Observatory:
    """Observes several playbooks at once, each only once: most of their time they wait."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._seen: dict[tuple[Playbook, Watching], Future[Wire]] = {}

    def begin(self, case: Fault | GoodStream) -> None:
        """Observe the case, and what it was bent from."""
        for playbook in {case.playbook, case.base if isinstance(case, Fault) else case.playbook}:
            key = (playbook, case.watching)
            if key not in self._seen:
                self._seen[key] = self._pool.submit(observe, *key)

    def seen(self, playbook: Playbook, watching: Watching) -> Wire:
        """What the plain client saw."""
        return self._seen[playbook, watching].result()


@pytest.fixture(scope="module")
def observatory(request: pytest.FixtureRequest) -> Iterator[Observatory]:
    """Has begun with the cases of all tests that were chosen."""
    with ThreadPoolExecutor(TOGETHER) as pool:
        found = Observatory(pool)
        for item in request.session.items:
            if item.path == Path(__file__) and "case" in getattr(item, "fixturenames", ()):
                found.begin(item.callspec.params["case"])  # type: ignore[attr-defined]
        yield found
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: f"{case.category}-{case.name}")
def test_the_fault_is_on_the_wire(case: Fault, observatory: Observatory) -> None:
    """A plain client sees the fault, and does not see it in the same stream unbent."""
    assert not case.proof(observatory.seen(case.base, case.watching)), "the proof holds without the fault"
    assert case.proof(observatory.seen(case.playbook, case.watching))


@pytest.mark.parametrize("case", GOOD_STREAMS, ids=lambda case: case.name)
def test_a_good_stream_keeps_the_contract(case: GoodStream, observatory: Observatory) -> None:
    """Numbers, rows, values and the end are as the contract says, for every stream of the job."""
    wire = observatory.seen(case.playbook, case.watching)
    plan = case.playbook.plan
    assert sorted(wire.streams) == list(range(plan.streams))
    for index, stream in wire.streams.items():
        assert stream.end.status is grpc.StatusCode.OK, stream.end
        assert len(stream.data) == (case.watching.max_frames or plan.rows)
        assert stream.frames[-1].end_of_stream == (case.watching.max_frames == 0)
        keeps_sequence(stream, plan.first_number)
        keeps_shape(stream, len(plan.channels(index)), plan.bins)
    assert wire.health is not None
    assert wire.health.healthy
    assert (wire.unknown.end.status, wire.usable_after) == (grpc.StatusCode.NOT_FOUND, True)


def keeps_sequence(stream: StreamWire, first: int) -> None:
    """Numbers grow by one but for what dropped_frames explains, and rows abut but for that."""
    assert stream.numbers[0] == first
    dropped, end = 0, stream.data[0].rows[0].startTimestamp
    for number, frame in enumerate(stream.data, first):
        row = frame.rows[0]
        assert frame.frame_number - number == frame.dropped_frames >= dropped
        assert frame.dropped_frames > dropped or abs(row.startTimestamp - end) <= 1.5
        dropped, end = frame.dropped_frames, row.endTimestamp


def keeps_shape(stream: StreamWire, sensors: int, bins: int) -> None:
    """Every value is finite, not all are zero, and no frame is as the one before it."""
    before = b""
    for frame in stream.data:
        values = read_intensities(frame)
        assert values.shape == (sensors, bins)
        assert np.isfinite(values).all()
        assert math.isfinite(frame.current_max_amp)
        assert values.any()
        assert values.tobytes() != before or sensors * bins == 1
        before = values.tobytes()


def test_there_are_enough_cases() -> None:
    """At least 44 faults of all five categories and 14 good streams, each with a name of its own."""
    names = [*(case.name for case in FAULTS), *(case.name for case in GOOD_STREAMS)]
    assert len(set(names)) == len(names)
    assert len(FAULTS) >= 44
    assert len(GOOD_STREAMS) >= 14
    assert min(Counter(case.category for case in FAULTS)[category] for category in Category) >= 5


def test_every_topic_is_explained_and_used() -> None:
    """A topic has one sentence, and some fault asks for it."""
    assert set(MEANINGS) == set(Topic)
    assert all(meaning.endswith(".") for meaning in MEANINGS.values())
    assert {topic for case in FAULTS for topic in case.topics} == set(Topic)
    assert all(case.topics and case.told for case in FAULTS)


@pytest.mark.skipif(OPENSSL is None, reason="no openssl: six cases with certificates are left out")
def test_cases_with_certificates_are_in_the_suite() -> None:
    """Five faults and one good stream; without openssl this says that they are missing."""
    assert sum(bool(case.playbook.tls or case.base.tls) for case in FAULTS) == 5
    assert sum(bool(case.playbook.tls) for case in GOOD_STREAMS) == 1
