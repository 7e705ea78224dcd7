"""What a client notes of a turn."""

from bench.voice.sessions import Heard

from nexy_protocol import streaming_pb2 as pb


def text(words: str) -> pb.StreamResponse:
    return pb.StreamResponse(text_chunk=words)


def sound(size: int) -> pb.StreamResponse:
    return pb.StreamResponse(audio_chunk=pb.AudioChunk(audio_data=bytes(size)))


def test_only_the_first_sound_of_a_sentence_is_timed() -> None:
    """One moment per sentence, however many chunks it has."""
    heard = Heard(number=1)
    sizes = [heard.take(message) for message in (text("One. "), sound(10), sound(20), text("Two."), sound(30))]
    assert sizes == [0, 10, 20, 0, 30]
    assert heard.texts == ["One. ", "Two."]
    assert len(heard.first_sound) == 2
    assert heard.first_sound[0] < heard.first_sound[1]


def test_a_turn_ends_with_its_end_message() -> None:
    """Sound does not end a turn, the end does."""
    heard = Heard(number=1)
    heard.take(sound(2))
    assert not heard.ended
    heard.take(pb.StreamResponse(end_message="TURN_COMPLETE"))
    assert heard.ended
