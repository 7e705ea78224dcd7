"""The sensor stream's contract, pinned: names, numbers and types that clients in the field depend on."""

import pytest
from google.protobuf.descriptor import FieldDescriptor

from nexy_protocol import datastream_pb2
from nexy_protocol.encoding import Encoding

DESCRIPTOR = datastream_pb2.DESCRIPTOR

MESSAGES = {
    "StreamRequest": """
        1 job_id string
        2 max_frames int32
        3 stream_id int32
        16 encoding Encoding
        17 resume_after_frame int64
    """,
    "DataStream": """
        1 rows SpectrogramRow *
        2 current_max_amp double
        3 current_min_amp double
        4 frame_number int64
        5 server_timestamp int64
        16 dropped_frames uint64
        17 end_of_stream bool
    """,
    "SpectrogramRow": """
        1 canvasId string
        2 sensors SensorIntensity *
        3 startTimestamp int64
        4 endTimestamp int64
        16 packed PackedIntensity
    """,
    "SensorIntensity": """
        1 id int32
        2 intensity float *
    """,
    "PackedIntensity": """
        1 first_id int32
        2 sensor_count int32
        3 bin_count int32
        4 encoding Encoding
        5 scale float
        6 offset float
        7 data bytes
    """,
    "HealthRequest": "",
    "HealthResponse": """
        1 healthy bool
        2 version string
        3 status string
    """,
}


KINDS = {
    FieldDescriptor.TYPE_INT32: "int32",
    FieldDescriptor.TYPE_INT64: "int64",
    FieldDescriptor.TYPE_UINT64: "uint64",
    FieldDescriptor.TYPE_DOUBLE: "double",
    FieldDescriptor.TYPE_FLOAT: "float",
    FieldDescriptor.TYPE_BOOL: "bool",
    FieldDescriptor.TYPE_STRING: "string",
    FieldDescriptor.TYPE_BYTES: "bytes",
}


def written(field: FieldDescriptor) -> str:
    """A field in the notation of the table above."""
    named = field.message_type or field.enum_type
    kind = named.name if named else KINDS[field.type]
    return " ".join([str(field.number), field.name, kind, *(["*"] if field.is_repeated else [])])


@pytest.mark.parametrize("message", sorted(MESSAGES))
def test_every_field_keeps_its_name_number_and_type(message: str) -> None:
    """No field of a message is renamed, renumbered, retyped, dropped or added unnoticed."""
    wanted = [" ".join(line.split()) for line in MESSAGES[message].strip().splitlines()]
    fields = sorted(DESCRIPTOR.message_types_by_name[message].fields, key=lambda field: field.number)
    assert [written(field) for field in fields] == wanted


def test_the_table_names_every_message_and_method() -> None:
    """A message or a method that the contract does not list is a break too."""
    assert set(DESCRIPTOR.message_types_by_name) == set(MESSAGES)
    assert DESCRIPTOR.package == "datastream"
    methods = DESCRIPTOR.services_by_name["DataStreamService"].methods
    found = {m.name: (m.input_type.name, m.client_streaming, m.output_type.name, m.server_streaming) for m in methods}
    assert found == {
        "StreamSpectrograms": ("StreamRequest", False, "DataStream", True),
        "CheckHealth": ("HealthRequest", False, "HealthResponse", False),
    }


def test_encodings_have_the_numbers_of_the_contract() -> None:
    """The enum of the proto file and the one that programs use say the same."""
    assert {encoding.name: encoding.value for encoding in Encoding} == dict(datastream_pb2.Encoding.items())
    assert [encoding.value for encoding in Encoding] == [0, 1, 2]
