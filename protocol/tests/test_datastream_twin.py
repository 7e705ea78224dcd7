"""The twin writes and reads what the public classes write and read."""

import struct
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from protocol.tests.datastream_examples import MESSAGE

from nexy_protocol.datastream_pb2 import DataStream
from nexy_protocol.datastream_twin import TwinDataStream


def as_twin(told: dict[str, Any]) -> Any:
    """The same values in the twin's form: floats as bytes."""
    rows = [
        {
            **row,
            "sensors": [
                {**sensor, "intensity": struct.pack(f"<{len(sensor['intensity'])}f", *sensor["intensity"])}
                for sensor in row["sensors"]
            ],
        }
        for row in told["rows"]
    ]
    return TwinDataStream(**{**told, "rows": rows})


@given(MESSAGE)
def test_the_twin_writes_the_same_bytes(told: dict[str, Any]) -> None:
    """Whatever a message holds, both classes serialise it to the same bytes."""
    assert as_twin(told).SerializeToString() == DataStream(**told).SerializeToString()


@given(MESSAGE, st.binary(max_size=8))
def test_the_twin_reads_and_passes_on_the_same_bytes(told: dict[str, Any], unknown: bytes) -> None:
    """Fields that neither knows survive in both alike."""
    extra = b"\xa2\x06" + bytes([len(unknown)]) + unknown
    sent = DataStream(**told).SerializeToString() + extra
    assert TwinDataStream.FromString(sent).SerializeToString() == DataStream.FromString(sent).SerializeToString()


def test_the_twin_gives_floats_as_bytes() -> None:
    """One attribute holds all bins of a sensor."""
    public = DataStream(frame_number=3)
    public.rows.add().sensors.add(id=7, intensity=[1.0, 2.5])
    twin = TwinDataStream.FromString(public.SerializeToString())
    assert twin.rows[0].sensors[0].intensity == struct.pack("<2f", 1.0, 2.5)
    assert (twin.frame_number, twin.rows[0].sensors[0].id) == (3, 7)


def test_the_public_classes_do_not_notice() -> None:
    """The twin lives in a pool of its own."""
    public = type(DataStream().rows.add().sensors.add())
    assert public.DESCRIPTOR.fields_by_name["intensity"].is_repeated
    assert TwinDataStream.DESCRIPTOR.file.pool is not DataStream.DESCRIPTOR.file.pool
