"""A newer or older peer may send what this side does not know."""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

from nexy_protocol import streaming_pb2


def newer(name: str, extra_number: int) -> type[Message]:
    """A later version of a message, with one more string field."""
    file = descriptor_pb2.FileDescriptorProto()
    streaming_pb2.DESCRIPTOR.CopyToProto(file)
    file.name = "later.proto"
    message = next(found for found in file.message_type if found.name == name)
    message.field.add(name="later", number=extra_number, type=9, label=1)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"streaming.{name}"))


def test_a_field_of_a_newer_client_is_kept_and_does_no_harm() -> None:
    """What is known is read, what is unknown survives being passed on."""
    later = newer("StreamRequest", 500)
    sent = later(prompt="hello", session_id="s", later="tomorrow").SerializeToString()
    received = streaming_pb2.StreamRequest.FromString(sent)
    assert (received.prompt, received.session_id) == ("hello", "s")
    passed_on = later.FromString(received.SerializeToString())
    assert getattr(passed_on, "later") == "tomorrow"  # noqa: B009  the class is made at run time


def test_an_answer_of_a_kind_not_known_yet_has_no_known_content() -> None:
    """A client of today sees no content where the server of tomorrow sent a new kind."""
    later = newer("StreamResponse", 501)
    received = streaming_pb2.StreamResponse.FromString(later(later="sign language", sequence=7).SerializeToString())
    assert received.WhichOneof("content") is None
    assert received.sequence == 7


def test_a_phase_not_known_yet_keeps_its_number() -> None:
    """An enum number from a newer peer is neither an error nor silently zero."""
    number = streaming_pb2.RequestPhase.ValueType(9)
    sent = streaming_pb2.StreamRequest(phase=number).SerializeToString()
    assert streaming_pb2.StreamRequest.FromString(sent).phase == 9


def test_an_old_client_without_our_additions_is_read_whole() -> None:
    """Bytes that hold only the documents' fields give the documents' values, and zero for ours."""
    old = b"\x0a\x02hi\x2a\x01d\x32\x01s\x38\x02\x40\x03\x4a\x03hi!"
    received = streaming_pb2.StreamRequest.FromString(old)
    assert (received.prompt, received.hardware_id, received.session_id) == ("hi", "d", "s")
    assert (received.phase, received.chunk_seq, received.chunk_text) == (2, 3, "hi!")
    assert (received.resume_after, received.played_ms) == (0, 0)


def test_an_optional_field_tells_absent_from_empty() -> None:
    """The server decides by presence, so an empty screenshot and none are different."""
    assert not streaming_pb2.StreamRequest().HasField("screenshot")
    assert streaming_pb2.StreamRequest(screenshot="").HasField("screenshot")
