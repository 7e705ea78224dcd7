"""The voice contract, pinned: names, numbers and types that clients in the field depend on."""

from collections.abc import Iterator

import pytest
from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor

from nexy_protocol import streaming_pb2

# number name type; "?" is optional, "*" repeated, "@content" a member of that oneof.
MESSAGES = {
    "StreamRequest": """
        1 prompt string
        2 screenshot string ?
        3 screen_width int32 ?
        4 screen_height int32 ?
        5 hardware_id string
        6 session_id string
        7 phase RequestPhase
        8 chunk_seq int32
        9 chunk_text string ?
        16 resume_after uint64
        17 played_ms int64
    """,
    "StreamResponse": """
        1 text_chunk string @content
        2 audio_chunk AudioChunk @content
        3 end_message string @content
        4 error_message string @content
        5 action_message ActionMessage @content
        6 browser_progress BrowserProgressMessage @content
        16 sequence uint64
    """,
    "AudioChunk": """
        1 audio_data bytes
        2 dtype string
        3 shape int32 *
        4 sample_rate int32
        5 channels int32
    """,
    "ActionMessage": """
        1 action_json string
        2 session_id string
        3 feature_id string ?
    """,
    "BrowserProgressMessage": """
        1 type BrowserEventType
        2 task_id string
        3 step_number int32 ?
        4 description string ?
        5 url string ?
        6 action string ?
        7 timestamp string
        8 error string ?
        9 details BrowserProgressDetails ?
    """,
    "BrowserProgressDetails": """
        1 duration_sec double ?
        2 actions string *
        3 metadata map<string,string> *
    """,
    "InterruptRequest": "1 hardware_id string",
    "InterruptResponse": """
        1 success bool
        2 interrupted_sessions string *
        3 message string
    """,
    "WelcomeRequest": """
        1 text string
        2 session_id string
        3 voice string
        4 language string
    """,
    "WelcomeMetadata": """
        1 method string
        2 duration_sec double
        3 sample_rate int32
        4 channels int32
        5 dtype string
    """,
    "WelcomeResponse": """
        1 audio_chunk AudioChunk @content
        2 metadata WelcomeMetadata @content
        3 end_message string @content
        4 error_message string @content
    """,
    "UsageRequest": """
        1 hardware_id string
        2 session_id string
        3 source string
        4 input_tokens int32
        5 output_tokens int32
        6 model string
    """,
    "UsageResponse": """
        1 success bool
        2 message string
    """,
}

ENUMS = {
    "RequestPhase": ["REQUEST_PHASE_UNSPECIFIED", "REQUEST_PHASE_COLLECT", "REQUEST_PHASE_COMMIT"],
    "BrowserEventType": [
        "BROWSER_TASK_STARTED",
        "BROWSER_STEP_STARTED",
        "BROWSER_STEP_COMPLETED",
        "BROWSER_ACTION_EXECUTED",
        "BROWSER_TASK_COMPLETED",
        "BROWSER_TASK_FAILED",
        "BROWSER_TASK_CANCELLED",
    ],
}

# name: request, request is a stream, response, response is a stream
RPCS = {
    "StreamAudio": ("StreamRequest", True, "StreamResponse", True),
    "InterruptSession": ("InterruptRequest", False, "InterruptResponse", False),
    "GenerateWelcomeAudio": ("WelcomeRequest", False, "WelcomeResponse", True),
    "ReportUsage": ("UsageRequest", False, "UsageResponse", False),
}

SCALARS = {
    FieldDescriptor.TYPE_STRING: "string",
    FieldDescriptor.TYPE_BYTES: "bytes",
    FieldDescriptor.TYPE_BOOL: "bool",
    FieldDescriptor.TYPE_INT32: "int32",
    FieldDescriptor.TYPE_INT64: "int64",
    FieldDescriptor.TYPE_UINT64: "uint64",
    FieldDescriptor.TYPE_DOUBLE: "double",
}

DESCRIPTOR = streaming_pb2.DESCRIPTOR


def type_name(field: FieldDescriptor) -> str:
    """The type as the contract's table writes it."""
    if field.enum_type is not None:
        return str(field.enum_type.name)
    if field.message_type is None:
        return SCALARS[field.type]
    if field.message_type.GetOptions().map_entry:
        parts = field.message_type.fields_by_name
        return f"map<{type_name(parts['key'])},{type_name(parts['value'])}>"
    return str(field.message_type.name)


def marks(field: FieldDescriptor) -> Iterator[str]:
    """How often the field may stand: repeated, optional, or as one of several."""
    if field.is_repeated:
        yield "*"
    oneof = field.containing_oneof
    if oneof is not None and oneof.name == f"_{field.name}":
        yield "?"
    elif oneof is not None:
        yield f"@{oneof.name}"


def written(message: str) -> list[str]:
    """The message's fields in the notation of the table above."""
    fields = sorted(DESCRIPTOR.message_types_by_name[message].fields, key=lambda field: field.number)
    return [" ".join([str(field.number), field.name, type_name(field), *marks(field)]) for field in fields]


def values(enum: EnumDescriptor) -> dict[int, str]:
    """The numbers of an enum with their names."""
    return {value.number: value.name for value in enum.values}


@pytest.mark.parametrize("message", sorted(MESSAGES))
def test_every_field_keeps_its_name_number_and_type(message: str) -> None:
    """No field of a message is renamed, renumbered, retyped, dropped or added unnoticed."""
    wanted = [" ".join(line.split()) for line in MESSAGES[message].strip().splitlines()]
    assert written(message) == wanted


def test_the_table_names_every_message_and_enum() -> None:
    """A message or enum that the contract does not list is a break too."""
    assert set(DESCRIPTOR.message_types_by_name) == set(MESSAGES)
    assert set(DESCRIPTOR.enum_types_by_name) == set(ENUMS)


@pytest.mark.parametrize("enum", sorted(ENUMS))
def test_every_enum_value_keeps_its_number(enum: str) -> None:
    """Enum values stand in the order of the contract, from zero."""
    assert values(DESCRIPTOR.enum_types_by_name[enum]) == dict(enumerate(ENUMS[enum]))


def test_every_rpc_keeps_its_signature() -> None:
    """The one service has exactly the contract's methods, with their streams."""
    assert DESCRIPTOR.package == "streaming"
    assert list(DESCRIPTOR.services_by_name) == ["StreamingService"]
    methods = DESCRIPTOR.services_by_name["StreamingService"].methods
    found = {m.name: (m.input_type.name, m.client_streaming, m.output_type.name, m.server_streaming) for m in methods}
    assert found == RPCS


def test_own_additions_take_numbers_from_sixteen() -> None:
    """The numbers up to fifteen are the documents'; ours stand above them and outside the oneof."""
    own = {"StreamRequest": {"resume_after", "played_ms"}, "StreamResponse": {"sequence"}}
    for message in MESSAGES:
        fields = DESCRIPTOR.message_types_by_name[message].fields
        assert {field.name for field in fields if field.number >= 16} == own.get(message, set())
    assert DESCRIPTOR.message_types_by_name["StreamResponse"].fields_by_name["sequence"].containing_oneof is None
