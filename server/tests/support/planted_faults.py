"""Ways in which a voice server can break the contract, each as a script."""

from collections.abc import Callable

from grpc import StatusCode

from nexy_client.testing import steps
from nexy_client.testing.good_answers import Metadata, TurnScript, good_turn
from nexy_client.testing.steps import Finish, Hang, Step
from nexy_protocol.streaming_pb2 import AudioChunk, StreamRequest, StreamResponse

Bend = Callable[[list[Step]], list[Step]]


def bent(bend: Bend) -> TurnScript:
    """The good answer with something done to it; refusals stay as they are."""

    def script(request: StreamRequest, metadata: Metadata) -> list[Step]:
        good = good_turn(request, metadata)
        return good if any(isinstance(step, Finish) for step in good) else bend(good)

    return script


def kind(step: Step) -> str:
    """Which content a step sends, empty for none."""
    return str(step.WhichOneof("content")) if isinstance(step, StreamResponse) else ""


def each_sound(change: Callable[[AudioChunk], None]) -> Bend:
    """Do something to every piece of sound."""

    def bend(script: list[Step]) -> list[Step]:
        for step in script:
            if isinstance(step, StreamResponse) and kind(step) == "audio_chunk":
                change(step.audio_chunk)
        return script

    return bend


def without(name: str) -> Bend:
    """Leave out one kind of content."""
    return lambda script: [step for step in script if kind(step) != name]


def _empty(chunk: AudioChunk) -> None:
    chunk.audio_data, chunk.shape[:] = b"", (0, 1)


def _silence(chunk: AudioChunk) -> None:
    chunk.audio_data = bytes(len(chunk.audio_data))


def _half_a_frame(chunk: AudioChunk) -> None:
    chunk.audio_data = chunk.audio_data[:-1]


def _wrong_shape(chunk: AudioChunk) -> None:
    chunk.shape[:] = (chunk.shape[0] + 1, 1)


def _stereo(chunk: AudioChunk) -> None:
    chunk.channels, chunk.shape[:] = 2, (len(chunk.audio_data) // 4, 2)


def _floats(chunk: AudioChunk) -> None:
    chunk.dtype = "float32"


def _odd_rate(chunk: AudioChunk) -> None:
    chunk.sample_rate = 47_999


def _rate_changes(script: list[Step]) -> list[Step]:
    return [*script[:-1], steps.sound(steps.chunk(20, sample_rate=16_000)), script[-1]]


def _last_sentence_unspoken(script: list[Step]) -> list[Step]:
    return [*script[:-1], steps.text("And one more."), script[-1]]


# What is done to the answer, and a part of what the operator then reads.
ANSWER_FAULTS: dict[str, tuple[Bend, str]] = {
    "no sound": (without("audio_chunk"), "нет audio_chunk"),
    "no text": (without("text_chunk"), "нет text_chunk"),
    "no end": (without("end_message"), "OK: the answer ended without its end_message"),
    "two ends": (lambda script: [*script, steps.end()], "end_message"),
    "text after the end": (lambda script: [*script, *script[:2]], "последним"),
    "sound first": (lambda script: [script[1], *script], "раньше своего предложения"),
    "a sentence unspoken": (_last_sentence_unspoken, "предложение без звука"),
    "empty sound": (each_sound(_empty), "пустой audio_chunk"),
    "silence": (each_sound(_silence), "тишина"),
    "half a frame": (each_sound(_half_a_frame), "shape"),
    "wrong shape": (each_sound(_wrong_shape), "shape"),
    "stereo": (each_sound(_stereo), "каналов 2"),
    "floats": (each_sound(_floats), "float32"),
    "odd rate": (each_sound(_odd_rate), "47999"),
    "rate changes": (_rate_changes, "формат звука меняется"),
    "truncated": (
        lambda script: [*script[:3], Finish(trailers=(("nexy-outcome", "truncated"),))],
        "OK: the answer ended",
    ),
    "fails": (lambda _: [Finish(status=StatusCode.INTERNAL, details="oops")], "INTERNAL: oops"),
    "hangs": (lambda script: [*script[:3], Hang()], "DEADLINE_EXCEEDED"),
}
